/** PASSWORD_SIGN_IN=off: owners come by their provider, and by no password. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSeed } from '../../src/mfa/authenticator-app.ts';
import { followed, giveRole } from '../admin/console-world.ts';
import { newApp } from '../redis/contract/factors.ts';
import { ageProof } from '../support/aged-proof.ts';
import { TestApp } from '../support/authenticator-app.ts';
import { besidesAlerts } from '../support/besides-alerts.ts';
import { CORP as UNREACHABLE } from '../support/unreachable-provider.ts';
import { CORP, LINKS, UpstreamWorld } from '../support/upstream-world.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const OFF = { PASSWORD_SIGN_IN: 'off' };
const CONSOLE = { ADMIN: 'console', ADMIN_NETWORKS: '198.51.100.0/24' };

let world: UpstreamWorld;
let email: string;
let visitor: PageClient;
beforeAll(async () => {
  world = await UpstreamWorld.start({ environment: { ...OFF, SIGN_UP: 'open', ...CONSOLE } });
  visitor = world.server.visitor();
  world.provider.person = { sub: 'ada', email: 'ada@example.org', name: 'Ada' };
  // The first owner comes by the provider; a password is given to the account as one that was there before.
  await world.signIn(visitor);
  const form = await visitor.get(`${CORP}/new`);
  const fields = { csrf: form.field('csrf'), name: 'Ada', email: 'ada@example.org' };
  const sent = await visitor.post(`${CORP}/new`, fields);
  const code = /\b\d{6}\b/.exec(await world.server.mailTo('ada@example.org'))?.[0] ?? '';
  await visitor.post('/sign-up/confirm', { csrf: sent.field('csrf'), ticket: sent.field('ticket'), code });
  email = await world.whoIsIn(visitor);
  await givePassword(world.server, email);
});
afterAll(() => world.close());

/** As one that was there before: with it they would be signed in by a server of this installation that takes passwords. */
async function givePassword({ environment, stores }: WholeServer, whose: string): Promise<void> {
  await using open = await startWholeServer({ REDIS_PREFIX: environment['REDIS_PREFIX'] ?? '' });
  const { email: another } = await open.signUp();
  const hash = (await stores.accounts.findByEmail(another))?.credentials.passwordHash;
  const account = await stores.accounts.findByEmail(whose);
  if (!account || hash === undefined) throw new Error('no account');
  await stores.accounts.replaceCredentials(account, { passwordHash: hash });
  const owner = open.visitor();
  await owner.submit('/sign-in', '/sign-in', { email: whose, password: PASSWORD });
  expect((await owner.get('/account')).text).toContain(whose);
}

describe('an owner whose company wants no passwords', () => {
  it('creates an account by the provider, and is signed in by one press', async () => {
    expect(email).toBe('ada@example.org');
    const again = world.server.visitor();
    await world.signIn(again);
    expect(await world.whoIsIn(again)).toBe(email);
  });

  it('is asked for no password, and offered no account with one', async () => {
    const page = await world.server.visitor().get('/sign-in');
    expect(page.text).toContain('Continue with Corp');
    expect(page.text).not.toMatch(/password|\/sign-up|\/forgot/i);
    expect((await world.server.visitor().get('/')).text).not.toContain('/sign-up');
    expect((await visitor.get('/account/security')).text).not.toContain('/account/security/password');
  });

  it.each(['/sign-up', '/forgot-password', `/forgot-password/link/${'x'.repeat(43)}`, '/sign-in/code'])(
    'is led to the provider from %s',
    async (path) => {
      expect((await world.server.visitor().get(path)).location).toBe('/sign-in');
    },
  );

  it('proves by the provider that it is them, and not by the password', async () => {
    await ageProof(world.server.stores, visitor, 6);
    const { location } = await visitor.postAlone('/account/data/download', {
      csrf: (await visitor.get('/account/data')).field('csrf'),
    });
    const page = await visitor.get(location);
    expect(page.text).toContain('Continue with Corp');
    expect(page.text).not.toContain('type="password"');
    const [csrf, held] = [page.field('csrf'), page.field('held')];
    const refused = await visitor.post('/account/prove', { csrf, held, password: PASSWORD });
    expect(refused.headers['content-disposition']).toBeUndefined();
    const begun = await visitor.postAlone('/account/prove/upstream/corp', { csrf, held });
    const onward = (await visitor.get(begun.location)).onward;
    const file = await visitor.get(await world.signInThere(onward));
    expect(file.headers['content-disposition']).toContain('latchkey-account.json');
  });

  it('keeps the provider as the way in, though the account has a password', async () => {
    const csrf = (await visitor.get(LINKS)).field('csrf');
    const told = await visitor.post(`${LINKS}/corp/unlink`, { csrf });
    expect([told.status, told.text]).toEqual([
      409,
      expect.stringContaining('It is the only way in to your account'),
    ]);
  });
});

describe('an attacker who has the right password', () => {
  it('hears what they would of a wrong one, and of an account that there is not', async () => {
    const answers = [];
    for (const form of [
      { email, password: PASSWORD },
      { email, password: 'wrong' },
      { email: 'nobody@example.org', password: PASSWORD },
      { email: '', password: '' },
    ]) {
      const stranger = world.server.visitor('203.0.113.66');
      const { status, text } = await stranger.submit('/sign-in', '/sign-in', form);
      answers.push([status, /role="(?:status|alert)"[\s\S]*?<\/p>/.exec(text)?.[0]]);
      expect(await world.whoIsIn(stranger)).toBe('');
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(JSON.stringify(answers[0])).toContain('Passwords are not taken here');
  });

  it('gets no mail out, and no account in', async () => {
    world.server.mails.splice(0);
    const stranger = world.server.visitor('203.0.113.66');
    for (const path of ['/forgot-password', '/forgot-password/new', '/sign-up', '/sign-in/confirm']) {
      const csrf = (await stranger.get('/sign-in')).field('csrf');
      const form = { csrf, email, name: 'Eve', password: PASSWORD, code: '123456', ticket: 'x' };
      expect([path, (await stranger.post(path, form)).status]).toEqual([path, 403]);
    }
    expect(besidesAlerts(world.server.mails)).toEqual([]);
  });
});

it('an operator gets into the console as before: password, then the second step', async () => {
  const { accounts, factors } = world.server.stores;
  const account = await accounts.findByEmail(email);
  if (!account) throw new Error('no account');
  const app = new TestApp(newSeed());
  const owner = { accountId: account.id, epoch: account.epoch };
  const factor = { ...newApp(), seed: app.seed, lastStep: 0 };
  await factors.add(owner, factor, { kind: 'factor-added', by: 'owner' });
  await giveRole(world.server.stores, account.id, 'owner');
  const asked = await followed(visitor, await visitor.submit('/admin/sign-in', '/admin/sign-in', {}));
  expect(asked.text).toContain('type="password"');
  const first = { csrf: asked.field('csrf'), held: asked.field('held'), password: PASSWORD };
  const second = await followed(visitor, await visitor.postAlone('/account/prove', first));
  const form = {
    csrf: second.field('csrf'),
    held: second.field('held'),
    with: 'totp',
    code: await app.code(),
  };
  const page = await followed(visitor, await visitor.postAlone('/account/prove/second', form));
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('What needs a hand')]);
});

it('an operator cannot start a server into which nobody would get', async () => {
  const sentence = 'names no provider, and PASSWORD_SIGN_IN is off';
  await expect(startWholeServer(OFF)).rejects.toThrow(sentence);
  await expect(startWholeServer(OFF, undefined, { upstreams: [] })).rejects.toThrow(sentence);
  const allowed = { ...OFF, EGRESS_ALLOW: '127.0.0.0/8' };
  await using server = await startWholeServer(allowed, undefined, { upstreams: [UNREACHABLE] });
  expect((await server.visitor().get('/sign-in')).status).toBe(200);
});
