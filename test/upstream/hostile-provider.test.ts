/**
 * A hostile provider: it alters one answer of an honest sign-in, and it signs no one in. The same sign-in without it goes through, so that no test passes for another reason.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { HttpAnswer } from '../support/http.ts';
import { UpstreamWorld } from '../support/upstream-world.ts';
import type { PageClient } from '../web/page-client.ts';
import { attackedOwner, honestAgain } from './attacked.ts';

let world: UpstreamWorld;
let email: string;
let visitor: PageClient;
beforeAll(async () => {
  ({ world, email } = await attackedOwner());
});
afterAll(() => world.close());
beforeEach(() => {
  world.server.forgetLog();
  visitor = world.server.visitor();
});
afterEach(() => honestAgain({ world, email }, visitor));

/** What the visitor hears is one sentence, whatever was wrong. */
async function refused(): Promise<void> {
  const told = await world.signIn(visitor);
  expect([told.status, told.text]).toEqual([400, expect.stringContaining('Corp did not sign you in')]);
  expect(world.server.logged()).toContain('"event":"upstream-refused"');
}

describe('an ID token', () => {
  it.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'another' }],
    ['for several clients that names none of them as the asker', { aud: ['latchkey', 'another'] }],
    ['for several clients, asked for by another', { aud: ['latchkey', 'another'], azp: 'another' }],
    ['asked for by another client', { azp: 'another' }],
    ['with another nonce', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 600 }],
    ['that never expires', { exp: undefined }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject that is too long', { sub: 'x'.repeat(256) }],
    ['with a subject that is no text', { sub: { $ne: '' } }],
  ])('%s', async (_, change) => {
    world.provider.forgeIdToken((claims) => ({ ...claims, ...change }));
    await refused();
  });

  it('without a signature (alg none)', async () => {
    world.provider.forgeIdToken(
      (claims) => claims,
      async (claims) => [{ alg: 'none' }, claims, ''].map(encoded).join('.'),
    );
    await refused();
  });

  it('signed with the client’s secret (HS256)', async () => {
    const key = new TextEncoder().encode('a secret of latchkey at its provider, for tests');
    world.provider.forgeIdToken(
      (claims) => claims,
      (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key),
    );
    await refused();
  });

  it('signed by another key under the same name', async () => {
    world.provider.forgeIdToken(
      (claims) => claims,
      (claims) => world.other.sign(claims),
    );
    await refused();
  });

  it('that is not there', async () => {
    world.provider.alterJson('/token', ({ id_token: _, ...rest }) => rest);
    await refused();
  });
});

const encoded = (part: unknown) =>
  part === '' ? '' : Buffer.from(JSON.stringify(part)).toString('base64url');

describe('what a provider answers that is broken', () => {
  const cases: [string, string, (answer: HttpAnswer) => HttpAnswer, number][] = [
    ['a refusal', '/token', () => json(400, { error: 'invalid_client' }), 400],
    ['no JSON', '/token', (answer) => ({ ...answer, text: '<html>' }), 400],
    ['an error of its own', '/token', () => json(500, {}), 503],
    ['too much', '/token', (answer) => ({ ...answer, text: `${answer.text}${' '.repeat(300_000)}` }), 503],
    [
      'a redirect',
      '/token',
      () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' }, text: '' }),
      400,
    ],
    ['no keys', '/jwks', () => json(200, { keys: [] }), 400],
  ];
  it.each(cases)('%s, from %s…', async (_, at, change, status) => {
    const fresh = await UpstreamWorld.start();
    try {
      fresh.provider.alter = (path, answer) => (path === at ? change(answer) : answer);
      const told = await fresh.signIn(fresh.server.visitor());
      expect(told.status).toBe(status);
    } finally {
      await fresh.close();
    }
  });
});

const json = (status: number, body: object): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
});
