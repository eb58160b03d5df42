/** A provider says that a person has signed out, and the store goes away while that is done. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, FORM } from '../support/http.ts';
import { reconnected } from '../support/reconnected.ts';
import { randomId } from '../support/test-stores.ts';
import { CORP, UpstreamWorld } from '../support/upstream-world.ts';

let world: UpstreamWorld;
beforeAll(async () => {
  world = await UpstreamWorld.start();
});
afterAll(() => world.close());

function post(token: string) {
  const body = new URLSearchParams({ logout_token: token }).toString();
  return ask(world.server.origin, { method: 'POST', path: `${CORP}/logout`, body, headers: FORM });
}

const tokenOf = (sub: string) =>
  world.provider.sign({
    iss: world.provider.issuer,
    aud: 'latchkey',
    iat: Math.floor(Date.now() / 1000),
    jti: randomId(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sub,
  });

/** The store is gone from the nth thing on that it is asked, until `restore`. */
function goingAway(nth: number): { restore(): Promise<void> } {
  const { redis } = world.server.inside.connection;
  const send = redis.sendCommand;
  let asked = 0;
  const counted = (...sent: unknown[]): unknown => {
    asked += 1;
    if (asked === nth) redis.disconnect();
    return Reflect.apply(send, redis, sent);
  };
  Object.assign(redis, { sendCommand: counted });
  return {
    restore: async () => {
      Object.assign(redis, { sendCommand: send });
      if (asked >= nth) await reconnected(redis);
    },
  };
}

it('is told that it is not done, and the owner who signed out there is out once it says so again', async () => {
  Object.assign(world.server.inside.connection.redis.options, { commandTimeout: 500 });
  const sub = `sub-${randomId()}`;
  world.provider.person = { sub };
  const { pages, email } = await world.owner();
  await world.link(pages);
  const statuses: number[] = [];
  for (let nth = 1; nth <= 40 && statuses.at(-1) !== 200; nth += 1) {
    const browser = world.server.visitor();
    await world.signIn(browser);
    expect(await world.whoIsIn(browser)).toBe(email);
    const token = await tokenOf(sub);
    const store = goingAway(nth);
    const { status } = await post(token).finally(() => store.restore());
    statuses.push(status);
    // The mark of a token that was taken comes last, so none is used up by a failure.
    expect([nth, (await post(token)).status]).toEqual([nth, status === 200 ? 400 : 200]);
    expect([nth, await world.whoIsIn(browser)]).toEqual([nth, '']);
  }
  expect(new Set(statuses)).toEqual(new Set([503, 200]));
  expect(statuses.length).toBeGreaterThan(5);
});
