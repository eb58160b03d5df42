/** An operator whose proxy is not named hears of it, and no stranger fills their log by that. */
import { expect, it } from '@jest/globals';
import { createLog } from '../../src/runtime/log.ts';
import { PROXY_WARNINGS, ProxyWarning } from '../../src/web/middleware/proxy-warning.ts';

function watch() {
  const lines: string[] = [];
  let [counted, time] = [0, 1_000_000];
  const unnamed = new ProxyWarning(PROXY_WARNINGS.unnamed, {
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    count: () => {
      counted += 1;
    },
    now: () => time,
  });
  const told = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { unnamed, told, counted: () => counted, pass };
}

it('the operator is told which proxy, and what to do', () => {
  const { unnamed, told } = watch();
  unnamed.seen('172.18.0.2');
  expect(told()).toEqual([
    expect.objectContaining({
      level: 'warn',
      proxy: '172.18.0.2',
      requests: 1,
      msg: expect.stringContaining('add its address to TRUSTED_PROXIES'),
    }),
  ]);
});

it('a flood is one line a minute, and every request of it is counted', () => {
  const { unnamed, told, counted, pass } = watch();
  for (let request = 0; request < 1000; request += 1) unnamed.seen('203.0.113.9');
  pass(59_999);
  unnamed.seen('203.0.113.9');
  expect([told().length, counted()]).toEqual([1, 1001]);
  pass(1);
  unnamed.seen('172.18.0.2');
  expect(told().at(-1)).toMatchObject({ proxy: '172.18.0.2', requests: 1001 });
  expect([told().length, counted()]).toEqual([2, 1002]);
});
