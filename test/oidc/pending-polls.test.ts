import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { QuickMac } from '../../src/redis/quick-mac.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { reconnected } from '../support/reconnected.ts';
import { StoredState } from '../support/stored-state.ts';
import { CODE_STATES, comparable, pollOf, TwoPaths } from '../support/two-paths.ts';

let paths: TwoPaths;
beforeAll(async () => {
  paths = await TwoPaths.open();
});
afterAll(() => paths.close());

describe('the poll of a code that waits for its owner', () => {
  it('is answered without the library, in time and too early', async () => {
    const code = await paths.codeIn('pending');
    const heard: string[] = [];
    const ran = await paths.errorsOfTheLibrary(async () => {
      for (const page of [{}, { origin: 'null' }])
        heard.push((await paths.fastPath.post('/token', pollOf(code), page)).body);
    });
    expect(heard[0]).toContain('"authorization_pending"');
    expect(heard[1]).toContain('"slow_down"');
    expect(ran).toBe(0);
  });

  it('is one question to the store, and one HMAC', async () => {
    const code = await paths.codeIn('pending');
    const { redis } = paths.protocol.stores.connection;
    const poll = () => paths.fastPath.post('/token', pollOf(code));
    await poll();
    await paths.codeIn('pending');
    const macs = jest.spyOn(QuickMac.prototype, 'of');
    expect(await commandsSent(redis, poll)).toHaveLength(1);
    expect(macs).toHaveBeenCalledTimes(1);
    macs.mockRestore();
  });

  it.each(CODE_STATES)('is answered as the library does where it is %s', async (state) => {
    const [one, other] = [await paths.codeIn(state), await paths.codeIn(state)];
    const answer = comparable(await paths.fastPath.post('/token', pollOf(one)));
    expect(answer).toEqual(comparable(await paths.around.post('/token', pollOf(other))));
  });

  it.each<[string, string, Record<string, string>]>([
    ['with the charset named', '', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }],
    ['in another charset', '', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
    ['as text', '', { 'content-type': 'text/plain' }],
    ['for any type', '', { accept: '*/*' }],
    ['for JSON', '', { accept: 'application/json' }],
    ['from a page of its own', '', { origin: 'https://tv.example' }],
    ['from a packaged app', '', { origin: 'null' }],
    ['from a page of others', '', { origin: 'https://page.example' }],
    ['with a broken proof', '', { dpop: 'not a proof' }],
    ['with an empty name of a client', '', { authorization: 'Basic Og==' }],
    ['with a parameter twice', '&client_id=tv', {}],
    ['with an empty parameter', '&scope=', {}],
    ['for a resource', '&resource=https%3A%2F%2Fapi.example.com', {}],
    ['for no resource', '&resource=', {}],
    ['with a parameter more', '&more=1', {}],
    ['with a broken escape', '&scope=%', {}],
  ])('is answered as the library does when asked %s', async (_, more, headers) => {
    const [one, other] = [await paths.codeIn('pending'), await paths.codeIn('pending')];
    const answer = comparable(await paths.fastPath.post('/token', pollOf(one) + more, headers));
    expect(answer).toEqual(comparable(await paths.around.post('/token', pollOf(other) + more, headers)));
  });

  it('writes nothing where it is too early again and the interval grows no more', async () => {
    const code = await paths.codeIn('pending');
    const state = new StoredState(paths.protocol.stores);
    const poll = async () => (await paths.fastPath.post('/token', pollOf(code))).body;
    await poll();
    while ((await state.interval(code)) < 60_000) expect(await poll()).toContain('"slow_down"');
    const before = await state.fieldsOf(code);
    expect(await poll()).toContain('"slow_down"');
    expect(await state.fieldsOf(code)).toEqual(before);
    await state.passSincePoll(code, 30_000);
    const later = await state.fieldsOf(code);
    expect(await poll()).toContain('"slow_down"');
    expect(await state.fieldsOf(code)).toEqual(later);
  });

  it('goes to the library for everything else', async () => {
    const code = await paths.codeIn('pending');
    const asked: [string, Record<string, string>][] = [
      [pollOf(code, 'kiosk'), {}],
      [pollOf(code, 'no-device'), {}],
      [pollOf(code, 'nobody'), {}],
      [pollOf(code, 'speaker'), {}],
      [`${pollOf(code)}&client_id=tv`, {}],
      [pollOf(code), { authorization: 'Basic dHY6eA==' }],
      [pollOf(code), { dpop: 'not a proof' }],
      [pollOf(code), { 'oauth-client-attestation': 'not one' }],
      [pollOf(code), { 'content-type': 'application/json' }],
      [pollOf(await paths.codeIn('never issued')), {}],
    ];
    const ran = await paths.errorsOfTheLibrary(async () => {
      for (const [body, headers] of asked) await paths.fastPath.post('/token', body, headers);
    });
    expect(ran).toBe(asked.length);
  });

  it('is 503 to each of many at once where the store does not answer, and good again when it does', async () => {
    const codes = await Promise.all(Array.from({ length: 12 }, () => paths.codeIn('pending')));
    const { redis, whenReady } = paths.protocol.stores.connection;
    const statuses = async () =>
      (await Promise.all(codes.map((code) => paths.fastPath.post('/token', pollOf(code))))).map(
        ({ status, body }) => [status, (JSON.parse(body) as { error: string }).error],
      );
    redis.disconnect();
    const down = await statuses();
    await reconnected(redis);
    await whenReady();
    expect(down).toEqual(codes.map(() => [503, 'temporarily_unavailable']));
    expect(await statuses()).toEqual(codes.map(() => [400, 'authorization_pending']));
  });

  it('is counted once, whichever path answers', async () => {
    const code = await paths.codeIn('pending');
    const state = new StoredState(paths.protocol.stores);
    for (const client of [paths.fastPath, paths.around, paths.fastPath]) {
      const { body } = await client.post('/token', pollOf(code));
      expect(body).toContain('authorization_pending');
      await state.passSincePoll(code, 5000);
    }
    expect((await paths.fastPath.post('/token', pollOf(code))).body).toContain('authorization_pending');
    expect((await paths.around.post('/token', pollOf(code))).body).toContain('slow_down');
    expect(await state.interval(code)).toBe(10_000);
  });
});
