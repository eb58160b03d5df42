import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WatchedServer } from '../support/watched-server.ts';
import { ORACLES, WIDE_LIMITS } from './oracles.ts';

/** How long the answers take is `npm run check:timing`. */
describe('a stranger cannot tell apart', () => {
  let server: WatchedServer;
  beforeAll(async () => {
    server = await WatchedServer.start(WIDE_LIMITS);
  });
  afterAll(() => server.stop());

  it.each(ORACLES)('$name', async ({ prepare }) => {
    const [one, other] = await prepare(server);
    const [first, second, again] = [await one(0), await other(0), await one(1)];
    expect(second).toEqual(first);
    expect(again).toEqual(first);
  });
});
