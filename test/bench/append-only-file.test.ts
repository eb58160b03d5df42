import { describe, expect, it } from '@jest/globals';
import { isBusy } from '../../bench/append-only-file.ts';

const MIB = 2 ** 20;
const info = (size: number, before: number, underWay = 0, scheduled = 0) =>
  [
    '# Persistence\r\naof_enabled:1',
    `aof_rewrite_in_progress:${underWay}`,
    `aof_rewrite_scheduled:${scheduled}`,
    `aof_current_size:${size * MIB}`,
    `aof_base_size:${before * MIB}\r\n`,
  ].join('\r\n');

describe('who reads how long polls wait', () => {
  it('sees no wait for a file that Redis writes anew beside it', () => {
    expect(isBusy(info(10, 5, 1), 100, 64 * MIB)).toBe(true);
    expect(isBusy(info(10, 5, 0, 1), 100, 64 * MIB)).toBe(true);
    // One that it is about to begin.
    expect(isBusy(info(65, 0), 100, 64 * MIB)).toBe(true);
    expect(isBusy(info(120, 60), 100, 64 * MIB)).toBe(true);
  });

  it('waits for none that does not come', () => {
    expect(isBusy(info(63, 0), 100, 64 * MIB)).toBe(false);
    expect(isBusy(info(119, 60), 100, 64 * MIB)).toBe(false);
    expect(isBusy(info(500, 1), 0, 64 * MIB)).toBe(false);
  });
});
