import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Load, Target } from '../../bench/load.ts';
import { arrivals, runOpen } from '../../bench/open-loop.ts';
import { percentile, SeededRandom } from '../../checks/check.ts';

const [COUNT, PER_SECOND, PAUSE] = [400, 1000, 200];
/** So many of those that come in a pause wait half of it at least. */
const ENOUGH = 50;

describe('who reads how long the slowest hundredth waits', () => {
  const server = createServer();
  let target: Target;
  let answered: (asked: number, response: ServerResponse) => void;
  let asked = 0;

  beforeAll(async () => {
    server.on('request', (_request, response: ServerResponse) => {
      answered(asked, response);
      asked += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    target = new Target((server.address() as AddressInfo).port, COUNT);
  });

  afterAll(async () => {
    target.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  beforeEach(() => {
    asked = 0;
    answered = (_asked, response) => response.end('good');
  });

  const load = (): Load => {
    const request = target.page('/');
    return {
      request: () => request,
      heard: ({ status, text }) => {
        if (text !== 'good') throw new Error(`unexpected answer ${status}`);
      },
    };
  };

  it('sees a pause of the server in every request that was to come in it', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(1));
    const held: ServerResponse[] = [];
    let isPaused = false;
    answered = (index, response) => {
      if (index === 100) {
        isPaused = true;
        // However long this machine stands still itself: it goes on when requests have come in the meantime.
        const goOn = () => {
          if (held.length <= ENOUGH) return void setTimeout(goOn, 5);
          isPaused = false;
          for (const one of held) one.end('good');
        };
        setTimeout(goOn, PAUSE);
      }
      if (isPaused) held.push(response);
      else response.end('good');
    };
    const times: number[] = [];
    await runOpen(target, load(), plan, times);
    expect(times).toHaveLength(COUNT);
    // One after the other, a single one of them would have waited.
    expect(times.filter((time) => time > PAUSE / 2).length).toBeGreaterThan(ENOUGH);
    expect(percentile(times, 1)).toBeGreaterThanOrEqual(PAUSE - 5);
  });

  it('sees the time that a request could not be sent, too', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(2));
    const times: number[] = [];
    const request = (index: number) => {
      const until = performance.now() + (index === 100 ? PAUSE : 0);
      while (performance.now() < until);
      return target.page('/');
    };
    await runOpen(target, { ...load(), request }, plan, times);
    expect(times.filter((time) => time > PAUSE / 2).length).toBeGreaterThan(ENOUGH);
  });

  it('sees the time for which all connections were in use, too', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(5));
    const single = new Target((server.address() as AddressInfo).port, 1);
    answered = (_asked, response) => void setTimeout(() => response.end('good'), 5);
    const times: number[] = [];
    await runOpen(single, load(), plan, times);
    single.close();
    // Each takes 5 ms where one comes each millisecond.
    expect(percentile(times, 1)).toBeGreaterThan(COUNT * 3);
  });

  it('sees no request before its time, and as many in a second as were planned', async () => {
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(3));
    expect(plan).toEqual(plan.toSorted((one, other) => one - other));
    expect(Number(plan.at(-1))).toBeGreaterThan(300);
    expect(Number(plan.at(-1))).toBeLessThan(500);
    const times: number[] = [];
    expect(await runOpen(target, load(), plan, times)).toBeGreaterThanOrEqual(Number(plan.at(-1)));
    expect(Math.min(...times)).toBeGreaterThan(0);
  });

  it('is told of an unexpected answer, and nothing more is asked', async () => {
    answered = (_asked, response) => response.writeHead(503, { 'content-length': 4 }).end('busy');
    const plan = arrivals(COUNT, PER_SECOND, new SeededRandom(4));
    await expect(runOpen(target, load(), plan, [])).rejects.toThrow('unexpected answer 503');
    expect(asked).toBeLessThan(COUNT / 2);
  });
});
