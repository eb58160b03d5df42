/** What a provider says of itself: asked late, kept for an hour, and for a day more while it is down. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Egress } from '../../src/net/egress.ts';
import { guardedFetch } from '../../src/net/egress-fetch.ts';
import { UpstreamProviders } from '../../src/upstream/providers.ts';
import type { Upstream } from '../../src/upstream/upstream.ts';
import { parseUpstreams } from '../../src/upstream/upstream-file.ts';
import { UpstreamProvider } from '../support/upstream-provider.ts';

const HOUR = 3_600_000;
const DISCOVERY = '/.well-known/openid-configuration';
const egress = new Egress({ allow: ['127.0.0.0/8'], httpsOnly: false });

let provider: UpstreamProvider;
let providers: UpstreamProviders;
let upstream: Upstream;
let now: number;
let failures: string[];
beforeEach(async () => {
  provider = await UpstreamProvider.start(['http://127.0.0.1:9/callback']);
  [now, failures] = [Date.now(), []];
  providers = providersOf(5000);
  upstream = read({});
});
afterEach(() => provider.close());

const providersOf = (timeout: number) =>
  new UpstreamProviders({
    fetch: guardedFetch(egress, timeout),
    onFailure: ({ reason }) => failures.push(reason),
    now: () => now,
  });
function read(more: Record<string, unknown>): Upstream {
  const [first] = parseUpstreams(JSON.stringify([provider.entry('corp', 'Corp', more)]), new Map(), egress);
  if (!first) throw new Error('no entry');
  return first;
}
const asked = () => provider.asked.filter((path) => path.endsWith(DISCOVERY)).length;
const down = () => {
  provider.alter = (_path, answer) => ({ ...answer, status: 503 });
};
const issuerNow = async () => (await providers.configOf(upstream)).serverMetadata().issuer;

describe('a provider’s description', () => {
  it('is asked for when a visitor wants it, once for many at once, and again after an hour', async () => {
    expect(asked()).toBe(0);
    await Promise.all(Array.from({ length: 20 }, issuerNow));
    now += HOUR - 1000;
    expect(await issuerNow()).toBe(provider.issuer);
    expect(asked()).toBe(1);
    now += 2000;
    await issuerNow();
    expect(asked()).toBe(2);
  });

  it('is used for a day more while the provider is down, and no longer', async () => {
    await issuerNow();
    down();
    now += 24 * HOUR;
    expect(await issuerNow()).toBe(provider.issuer);
    now += HOUR + 1000;
    await expect(issuerNow()).rejects.toThrow('status 503');
    expect(failures).toEqual(['status 503', 'status 503']);
    provider.honest();
    now += 6000;
    expect(await issuerNow()).toBe(provider.issuer);
  });

  it('is not asked for by each visitor while the provider is down', async () => {
    down();
    for (let visitor = 0; visitor < 5; visitor += 1) await expect(issuerNow()).rejects.toThrow('status 503');
    expect(asked()).toBe(1);
  });

  it('is asked for anew where the entry was read anew', async () => {
    await issuerNow();
    upstream = read({ name: 'Corporation' });
    await issuerNow();
    expect(asked()).toBe(2);
  });
});

describe('what is not used', () => {
  const evil = 'https://evil.example';
  it.each([
    ['another issuer', { issuer: evil }],
    ['no issuer', { issuer: undefined }],
    ['an issuer with a slash more', (issuer: string) => ({ issuer: `${issuer}/` })],
    ['no page for signing in', { authorization_endpoint: undefined }],
    ['a page for signing in that is a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['no keys', { jwks_uri: undefined }],
    ['nowhere to redeem a code', { token_endpoint: undefined }],
  ])('%s', async (_, change) => {
    const changes = typeof change === 'function' ? change(provider.issuer) : change;
    provider.alterJson(DISCOVERY, (body) => ({ ...body, ...changes }));
    await expect(issuerNow()).rejects.toThrow('the provider cannot be used');
  });

  it('an answer that leads elsewhere', async () => {
    provider.alter = () => ({ status: 302, headers: { location: `${provider.issuer}/jwks` }, text: '' });
    await expect(issuerNow()).rejects.toThrow('the provider cannot be used');
    expect(provider.asked).toHaveLength(1);
  });

  it('an answer that is too long', async () => {
    provider.alter = (_path, answer) => ({ ...answer, text: answer.text + ' '.repeat(256 * 1024) });
    await expect(issuerNow()).rejects.toThrow('the provider cannot be used');
  });

  it('an answer that does not come', async () => {
    providers = providersOf(200);
    const { promise, resolve } = Promise.withResolvers<void>();
    provider.alter = async (_path, answer) => {
      await promise;
      return answer;
    };
    await expect(issuerNow()).rejects.toThrow('TimeoutError');
    resolve();
  });

  it('an address inside that the operator has not allowed', async () => {
    const strict = new UpstreamProviders({
      fetch: guardedFetch(new Egress({ allow: [], httpsOnly: false })),
      onFailure: ({ reason }) => failures.push(reason),
    });
    await expect(strict.configOf(upstream)).rejects.toThrow('EgressRefused');
    expect(provider.asked).toEqual([]);
  });
});
