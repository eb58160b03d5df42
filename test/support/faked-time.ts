import type { TestStores } from './test-stores.ts';

/** Moves everything that the counters of guesses remember into the past, in place of waiting. */
const PASS = `
local cursor = '0'
repeat
  local reply = redis.call('SCAN', cursor, 'MATCH', ARGV[1] .. 'Attempts:*', 'COUNT', 1000)
  cursor = reply[1]
  for _, key in ipairs(reply[2]) do
    local till = redis.call('HGET', key, 'until')
    redis.call('HSET', key, 'until', math.max(0, tonumber(till or 0) - ARGV[2]))
    local left = redis.call('PTTL', key) - ARGV[2]
    if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end
  end
until cursor == '0'
return 1`;

/** The clock of a simulation: the counters of one key prefix live by it, on a Redis whose own clock goes on. */
export class FakedTime {
  readonly #stores: TestStores;
  #now: number;

  constructor(stores: TestStores, now: number) {
    this.#stores = stores;
    this.#now = now;
  }

  get now(): () => number {
    return () => this.#now;
  }

  async pass(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    const { connection, prefix } = this.#stores;
    await connection.redis.call('EVAL', PASS, '0', prefix, String(milliseconds));
  }
}
