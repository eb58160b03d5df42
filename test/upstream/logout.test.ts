/** A sign-out at a provider ends what came by it here (OpenID Connect Back-Channel Logout 1.0). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { ask, FORM } from '../support/http.ts';
import { randomId } from '../support/test-stores.ts';
import { CORP, UpstreamWorld } from '../support/upstream-world.ts';
import type { PageClient } from '../web/page-client.ts';

type Claims = Record<string, unknown>;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const seconds = () => Math.floor(Date.now() / 1000);

let world: UpstreamWorld;
let email: string;
let own: PageClient;
let phone: PageClient;
let laptop: PageClient;
let subject: string;
beforeAll(async () => {
  world = await UpstreamWorld.start();
});
afterAll(() => world.close());
beforeEach(() => linkedOwner(world));

/** Signed in by the password in one browser, and by the provider in two. */
async function linkedOwner(at: UpstreamWorld): Promise<void> {
  at.provider.honest();
  subject = `sub-${randomId()}`;
  at.provider.person = { sub: subject };
  ({ email, pages: own } = await at.owner());
  await at.link(own);
  [phone, laptop] = [at.server.visitor(), at.server.visitor()];
  for (const [pages, sid] of [
    [phone, 'phone'],
    [laptop, 'laptop'],
  ] as const) {
    at.provider.forgeIdToken((claims) => ({ ...claims, sid: `${sid} of ${subject}` }));
    await at.signIn(pages);
  }
  at.provider.honest();
}

const claimsNow = (changes: Claims = {}): Claims => ({
  iss: world.provider.issuer,
  aud: 'latchkey',
  iat: seconds(),
  jti: randomId(),
  events: { [EVENT]: {} },
  sub: subject,
  ...changes,
});

async function post(token: string, at = world, path = `${CORP}/logout`) {
  const body = new URLSearchParams({ logout_token: token }).toString();
  return ask(at.server.origin, { method: 'POST', path, body, headers: FORM });
}
const told = async (changes: Claims = {}) => post(await world.provider.sign(claimsNow(changes)));

async function who(at = world): Promise<boolean[]> {
  const in_ = await Promise.all([own, phone, laptop].map((pages) => at.whoIsIn(pages)));
  return in_.map((address) => address === email);
}
const ALL_IN = [true, true, true];

describe('a sign-out there', () => {
  it('of one sign-in ends the browser that came by it', async () => {
    expect((await told({ sid: `phone of ${subject}` })).status).toBe(200);
    expect(await who()).toEqual([true, false, true]);
  });

  it('that names the sign-in alone does, too', async () => {
    expect((await told({ sub: undefined, sid: `laptop of ${subject}` })).status).toBe(200);
    expect(await who()).toEqual([true, true, false]);
  });

  it('of the person ends all browsers that came from there, and its owner reads so', async () => {
    expect((await told()).status).toBe(200);
    expect(await who()).toEqual([true, false, false]);
    const account = await world.server.stores.accounts.findByEmail(email);
    const events = account && (await world.server.stores.activity.list(account.id, { most: 2 }));
    expect(events?.map(({ event: { kind, by } }) => [kind, by])).toEqual([
      ['signed-out', 'server'],
      ['signed-out', 'server'],
    ]);
  });

  it('of a person who never came is answered as any other', async () => {
    expect((await told({ sub: 'nobody' })).status).toBe(200);
    expect((await told({ sub: undefined, sid: 'none' })).status).toBe(200);
    expect(await who()).toEqual(ALL_IN);
  });
});

describe('what is no such word of the provider', () => {
  const cases: [string, Claims][] = [
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'another' }],
    ['of six minutes ago', { iat: seconds() - 360 }],
    ['of six minutes from now', { iat: seconds() + 360 }],
    ['without a time', { iat: undefined }],
    ['without a name of its own', { jti: undefined }],
    ['with an empty name', { jti: '' }],
    ['with a nonce, as an ID token', { nonce: 'n' }],
    ['without the event', { events: {} }],
    ['with an event that is none', { events: { [EVENT]: true } }],
    ['with events that are a list', { events: [EVENT] }],
    ['about nobody', { sub: undefined }],
    ['about a subject that is no text', { sub: 5 }],
    ['that has expired', { exp: seconds() - 600 }],
  ];
  it.each(cases)('a token %s', async (_, changes) => {
    const answer = await told(changes);
    expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_request"}']);
    expect(await who()).toEqual(ALL_IN);
  });

  it('a token that another signed, or nobody, or who knows the secret', async () => {
    const secret = new TextEncoder().encode('a secret of latchkey at its provider, for tests');
    const claims = claimsNow();
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const tokens = [
      await world.other.sign(claims),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret),
      `${part({ alg: 'none' })}.${part(claims)}.`,
      '',
      'x.y.z',
    ];
    for (const token of tokens) expect((await post(token)).status).toBe(400);
    expect(await who()).toEqual(ALL_IN);
  });

  it('a token that comes again, or at the address of another provider', async () => {
    const token = await world.provider.sign(claimsNow({ sid: `phone of ${subject}` }));
    expect((await post(token, world, '/sign-in/upstream/other/logout')).status).toBe(400);
    expect((await post(token)).status).toBe(200);
    await world.signIn(phone);
    expect((await post(token)).status).toBe(400);
    expect(await who()).toEqual(ALL_IN);
  });

  it('a question by GET, or about a provider that there is not', async () => {
    const asked = await ask(world.server.origin, { method: 'GET', path: `${CORP}/logout`, headers: {} });
    expect([asked.status, asked.headers['allow']]).toEqual([405, 'POST']);
    expect((await post('x', world, '/sign-in/upstream/nobody/logout')).status).toBeGreaterThanOrEqual(400);
  });
});

describe('logout of an entry', () => {
  it.each([
    ['everything', [false, false, false]],
    ['ignore', ALL_IN],
  ])('%s', async (logout, expected) => {
    const other = await UpstreamWorld.start({ entry: { logout } });
    try {
      await linkedOwner(other);
      const token = await other.provider.sign(claimsNow({ iss: other.provider.issuer }));
      expect((await post(token, other)).status).toBe(200);
      expect(await who(other)).toEqual(expected);
    } finally {
      await other.close();
    }
  });

  it('is not answered as done while the keys of the provider cannot be had', async () => {
    const other = await UpstreamWorld.start();
    try {
      await linkedOwner(other);
      other.provider.alter = (_path, answer) => ({ ...answer, status: 503 });
      const token = await other.provider.sign(claimsNow({ iss: other.provider.issuer }));
      const answer = await post(token, other);
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(await who(other)).toEqual(ALL_IN);
    } finally {
      await other.close();
    }
  });
});
