-- KEYS 1 entered (device codes that were entered in the account)
-- PRELUDES time
-- ARGV 1 operation, 2 device code, 3 how long it lives yet, ms, 4 most codes
-- A device code was entered in a signed-in browser of the account, for the first time or again; of more than the most
-- the oldest leave.
-- Result: 1
local at = now()
redis.call('ZADD', KEYS[1], 'NX', at + ARGV[3], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[4])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1
