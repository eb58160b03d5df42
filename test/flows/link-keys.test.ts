/** Keys for machines without a screen, from the page on which an owner makes one to the row of the machine. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ageProof } from '../support/aged-proof.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { KeyedMachine } from '../support/link-key-owner.ts';
import { errorOf, tokensOf } from '../support/linked-device.ts';
import { disputeLinkIn } from '../support/mailed-owner.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const [HOME, ELSEWHERE] = ['198.51.100.7', '203.0.113.9'];

let server: WholeServer;
let owner: PageClient;
let email: string;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ({ pages: owner, email } = await server.signUp(server.visitor(HOME)));
});

const FORM = {
  key_name: 'Rack 4',
  client: 'rack',
  uses: '1',
  life: 'hour',
  network: 'here',
  'allow:profile': 'on',
};

const ask = (changes: Record<string, string> = {}) =>
  owner.submit('/account/keys/new', '/account/keys/new', { ...FORM, ...changes });

/** The owner gives the password, and the form goes on. */
async function prove(asked: Page, password = PASSWORD): Promise<Page> {
  const form = { csrf: asked.field('csrf'), held: asked.field('held'), password };
  const answer = await owner.post('/account/prove', form);
  return answer.location.startsWith('/account/keys') ? owner.get(answer.location) : answer;
}

const keyIn = ({ text }: Page) => /\blk_[\w-]{65}\b/.exec(text)?.[0] ?? '';
const make = async (changes: Record<string, string> = {}) => keyIn(await prove(await ask(changes)));
const rackAt = (address: string, key: string) =>
  new KeyedMachine(server.issuer, key, 'rack', { 'x-forwarded-for': address });

describe('an owner who makes a key for a machine', () => {
  it('comes from Link a device, gives a proof for it however fresh the last one is, sees the key once, and finds the machine among their devices', async () => {
    expect((await owner.get('/account/devices/add')).text).toContain('href="/account/keys"');
    expect((await owner.get('/account/keys')).text).toContain('href="/account/keys/new"');
    const form = await owner.get('/account/keys/new');
    expect(form.text).toContain('Only the network that you are in now (198.51.100.0/24)');
    for (const off of ['household', 'voice_code', 'email'])
      expect(form.text).not.toMatch(new RegExp(`name="allow:${off}"[^>]*checked`));
    const asked = await ask();
    expect(asked.text).toContain('Before a key is made that links devices to your account');
    expect(keyIn(await prove(asked, 'a guess'))).toBe('');
    const made = await prove(asked);
    const key = keyIn(made);
    expect(made.text).toContain('You won’t see it again');
    expect(key).not.toBe('');
    expect((await owner.get('/account/keys')).text).not.toContain(key);
    const linked = await rackAt(HOME, key).links();
    expect(linked.status).toBe(200);
    const devices = await owner.get('/account/devices');
    expect(devices.text).toContain('srv-04');
    const [row = ''] = /\/account\/devices\/[\w-]{22}/.exec(devices.text) ?? [];
    expect((await owner.get(row)).text).toMatch(/Linked with<\/dt><dd>Key <bdi>“Rack 4”/);
    expect((await owner.get('/account/keys')).text).toContain('no key that is still good');
    expect((await owner.get('/account/activity')).text).toContain('The key “Rack 4” was made');
    expect(server.logged()).not.toContain(key.slice(-43));
    for (const event of ['link-key-made', 'link-key-used', 'device-linked'])
      expect(server.logged()).toContain(`"event":"${event}"`);
  });

  it('is mailed at once, with a button that ends it, what it linked, and every browser', async () => {
    const key = await make({ uses: '2' });
    const tokens = tokensOf(await rackAt(HOME, key).links());
    const mail = await eventually('the mail', () =>
      server.mails.find(({ to, text }) => to === email && text.includes('A key was made')),
    );
    const link = disputeLinkIn(mail, 'Rack 4');
    await server.visitor().submit(link, link, {});
    const rack = new DeviceClient(server.issuer, 'rack');
    expect(errorOf(await rack.refresh(tokens.refresh_token))).toBe('invalid_grant');
    expect(errorOf(await rackAt(HOME, key).links())).toBe('invalid_grant');
    expect((await owner.get('/account/keys')).location).toContain('/sign-in');
  });

  it('has one that is worth nothing elsewhere, and sees that it was tried', async () => {
    const key = await make();
    expect(errorOf(await rackAt(ELSEWHERE, key).links())).toBe('invalid_grant');
    expect(server.logged()).toContain('"event":"link-key-refused"');
    expect((await owner.get('/account/keys')).text).toContain('it was used from another network');
    const byIPv6 = await make();
    expect(errorOf(await rackAt('2001:db8::7', byIPv6).links())).toBe('invalid_grant');
    expect((await owner.get('/account/keys')).text).toContain('this may have been your own machine');
    expect((await rackAt(HOME, key).links()).status).toBe(200);
    const there = await make({ network: 'there', network_address: ELSEWHERE });
    expect((await rackAt(ELSEWHERE, there).links()).status).toBe(200);
    const anywhere = await make({ network: 'anywhere' });
    expect((await rackAt('192.0.2.200', anywhere).links()).status).toBe(200);
  });

  it('is told what is wrong with the form, which keeps what was typed, and nothing is made', async () => {
    const wrong = { key_name: ' ', uses: '101', network: 'there', network_address: 'next door' };
    const answer = await prove(await ask(wrong));
    for (const said of ['Give the key a name', 'from 1 to 100', 'public address of the machine', 'next door'])
      expect(answer.text).toContain(said);
    for (const forged of [{ client: 'tv' }, { client: '' }, { life: 'year' }, { network: '' }])
      expect((await prove(await ask(forged as Record<string, string>))).status).toBe(400);
    expect((await owner.get('/account/keys')).text).toContain('no key that is still good');
  });

  it('has ten at most', async () => {
    for (let made = 0; made < 10; made += 1) expect(await make()).not.toBe('');
    expect((await prove(await ask())).text).toContain('as many of these as this server keeps');
  });

  it('ends one, alone or with what it linked; another owner ends none of it', async () => {
    const key = await make({ uses: '3' });
    const tokens = tokensOf(await rackAt(HOME, key).links());
    const [, path = ''] =
      /action="(\/account\/keys\/[\w-]{22}\/end)"/.exec((await owner.get('/account/keys')).text) ?? [];
    const stranger = (await server.signUp()).pages;
    expect((await stranger.submit('/account/household', path, { devices: 'yes' })).status).toBe(404);
    expect((await rackAt(HOME, key).links()).status).toBe(200);
    await owner.submit('/account/keys', path, { devices: 'yes' });
    const ended = server.logged().match(/"event":"device-deregistered"/g);
    expect(ended).toHaveLength(2);
    expect(errorOf(await rackAt(HOME, key).links())).toBe('invalid_grant');
    expect((await owner.get('/account/devices')).text).toContain('No device is linked');
    expect(errorOf(await new DeviceClient(server.issuer, 'rack').refresh(tokens.refresh_token))).toBe(
      'invalid_grant',
    );
  });

  it('is asked again before the key is shown anew, when the proof has aged', async () => {
    const asked = await ask();
    const form = { csrf: asked.field('csrf'), held: asked.field('held'), password: PASSWORD };
    const { location } = await owner.postAlone('/account/prove', form);
    expect(location).toMatch(/^\/account\/keys\/new\?shown=/);
    const key = keyIn(await owner.get(location));
    expect(key).not.toBe('');
    expect(location).not.toContain(key);
    await ageProof(server.stores, owner, 6);
    expect((await owner.get(location)).text).not.toContain(key);
    const stranger = (await server.signUp()).pages;
    expect((await stranger.get(location)).text).not.toContain(key);
  });
});
