-- KEYS 1 approvals (accounts that approved codes from a network, by when)
-- PRELUDES time
-- ARGV 1 operation, 2 HMAC of the account, 3 how long an approval counts, ms
-- The first approval of an account counts, for as long as it does.
-- Adds before it removes: where memory is full nothing of this happens.
-- Result: 1
local at = now()
local last = redis.call('ZSCORE', KEYS[1], ARGV[2])
local counts = last and tonumber(last) > at - ARGV[3]
redis.call('ZADD', KEYS[1], counts and 'NX' or 'CH', at, ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at - ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
