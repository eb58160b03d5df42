/** Operators who look at receivers of webhooks, and see to those that take nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSignal, newStream } from '../redis/signal-changes.ts';
import { eventually } from '../support/eventually.ts';
import { WebhookListener } from '../support/webhook-listener.ts';
import type { WholeServer } from '../support/whole-server.ts';
import { consoleServer, followed, type OperatorOf, operatorOf, signedInOperator } from './console-world.ts';

let listener: WebhookListener;
let server: WholeServer;
let owner: OperatorOf;
let viewer: OperatorOf;
beforeAll(async () => {
  listener = await WebhookListener.start();
  const maker = listener.receiver('maker', { events: ['account.disabled'], clients: ['tv'] });
  const webhooks = [{ ...maker, url: `${maker.url}?token=of-the-maker` }, listener.receiver('quiet')];
  server = await consoleServer({}, { webhooks });
  owner = await signedInOperator(server, 'owner');
  viewer = await signedInOperator(server, 'viewer');
});
afterAll(async () => {
  await server.close();
  await listener.close();
});
beforeEach(() => {
  listener.answers = {};
});

const HOME = '/admin/deliveries/maker';
const PATH = 'maker?token=of-the-maker';

async function pressed({ pages }: OperatorOf, act: string, fields: Record<string, string> = {}, home = HOME) {
  const page = await pages.get(home);
  const sent = { csrf: page.field('csrf'), once: page.field('once'), ...fields };
  return followed(pages, await pages.postAlone(`${home}/${act}`, sent));
}

/** Something that the maker is told. */
async function disabled(): Promise<void> {
  const { id } = await operatorOf(server);
  const { pages } = owner;
  const path = `/admin/accounts/${id}`;
  const csrf = (await pages.get(path)).field('csrf');
  expect((await pages.postAlone(`${path}/disable`, { csrf })).location).toContain(`${path}?notice=`);
}

const untilOff = () =>
  eventually('off', async () => (await owner.pages.get(HOME)).text.includes('console-stand-off'));

describe('an operator whose receiver answers 410', () => {
  it('sees it off and why, switches it on, and sends again what it has not taken', async () => {
    listener.answers = { [PATH]: 410 };
    await disabled();
    await untilOff();
    const mailed = await eventually('the mail', () =>
      server.mails.find(({ template }) => template === 'receiver-off'),
    );
    expect([mailed.to, mailed.subject]).toEqual([owner.email, 'A receiver of webhooks is off']);
    expect(mailed.text).toContain('takes nothing any more (410)');
    expect(mailed.text).toContain(`${server.issuer}${HOME}\n`);
    const list = await viewer.pages.get('/admin/deliveries');
    expect(list.text).toMatch(/maker[\s\S]*It answered 410[\s\S]*quiet/);
    const off = await owner.pages.get(HOME);
    expect(off.text).toContain('account.disabled');
    expect(off.text).not.toContain(`action="${HOME}/replay"`);
    listener.answers = {};
    expect((await pressed(owner, 'on')).text).toContain('console-stand-on');
    const on = await owner.pages.get(HOME);
    const [, which = ''] = /name="which" value="([^"]+)"/.exec(on.text) ?? [];
    expect(which).toMatch(/^msg_/);
    expect((await pressed(owner, 'replay', { which })).text).toContain('1 webhook is sent again.');
    const [taken] = await listener.taken(PATH, 1);
    expect(taken?.headers['webhook-id']).toBe(which);
    await eventually('nothing left', async () => !(await owner.pages.get(HOME)).text.includes('msg_'));
    const trail = await viewer.pages.get('/admin/audit?kind=changes');
    for (const act of ['on', 'replay']) expect(trail.text).toContain(`>receivers-${act}<`);
  });
});

describe('an operator who asks whether a receiver hears', () => {
  it('is told that it has taken a ping, or why not, in words', async () => {
    expect((await pressed(owner, 'ping')).text).toContain('The receiver has taken the ping.');
    listener.answers = { [PATH]: 503 };
    const refused = await pressed(owner, 'ping');
    expect(refused.text).toContain('The receiver has not taken the ping: Its answer was 503');
    expect((await pressed(owner, 'off')).text).toContain('An operator switched it off');
    expect((await pressed(owner, 'on')).text).toContain('console-stand-on');
  });
});

describe('what the page shows', () => {
  it('is no key of a receiver, no query of its address, no body', async () => {
    const texts = await Promise.all(
      ['/admin/deliveries', HOME].map(async (path) => (await owner.pages.get(path)).text),
    );
    for (const text of texts) expect(text).not.toMatch(/whsec_|of-the-maker|ada@/);
  });

  it('is the same for a viewer, without a button, and nothing of one that there is not', async () => {
    const page = await viewer.pages.get(HOME);
    expect([page.status, page.text.includes(`action="${HOME}`)]).toEqual([200, false]);
    for (const path of ['/admin/deliveries/nobody', '/admin/deliveries/..%2F'])
      expect((await owner.pages.get(path)).status).toBe(404);
  });
});

describe('an operator who sees to a stream of security events', () => {
  it('pauses and enables it, sends again what was refused, and ends it', async () => {
    const { signalStreams, signalQueues } = server.stores;
    const stream = { ...newStream('directory'), description: 'Signs out <everywhere>' };
    expect(await signalStreams.write(stream)).toBe('written');
    const queue = `ssf.${stream.id}`;
    await signalQueues.add(queue, { accountId: 'owner', end: '1-0', body: newSignal() });
    const taken = await signalQueues.take(queue);
    if (taken) await signalQueues.deadLetter(queue, taken, 'invalid_key');
    const home = '/admin/streams/directory';
    expect((await viewer.pages.get('/admin/deliveries')).text).toContain(`href="${home}"`);
    const shown = await owner.pages.get(home);
    expect(shown.text).toMatch(/Signs out &lt;everywhere(>|&gt;)/);
    expect(shown.text).toContain('The receiver refused it <bdi class="break">(invalid_key)</bdi>');
    const act = (name: string, which?: string) => pressed(owner, name, which ? { which } : {}, home);
    expect((await act('pause')).text).toMatch(/console-stand-paused[\s\S]*An operator paused it/);
    expect((await act('enable')).text).toContain('console-stand-on');
    const which = `${stream.id}.${taken?.id}`;
    expect((await act('replay', which)).text).toContain('1 event is sent again.');
    const looked = await viewer.pages.get(home);
    expect([looked.status, looked.text.includes(`action="${home}`)]).toEqual([200, false]);
    expect((await act('delete')).text).toContain('There is no stream yet.');
    expect((await viewer.pages.get(home)).status).toBe(404);
    const trail = await viewer.pages.get('/admin/audit?kind=changes');
    for (const name of ['pause', 'enable', 'replay', 'delete'])
      expect(trail.text).toContain(`>streams-${name}<`);
  });
});
