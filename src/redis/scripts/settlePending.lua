-- KEYS 1 pending (accounts with something to tell, by when)
-- PRELUDES time
-- ARGV 1 operation, 2 account, 3 when its change was announced, as it was read, 4 how long a change may be under way, ms
-- Result: 1 no longer pending, 0 it stays: announced again since, or too lately
local since = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not since then return 1 end
if tonumber(since) > tonumber(ARGV[3]) or now() - since < tonumber(ARGV[4]) then return 0 end
redis.call('ZREM', KEYS[1], ARGV[2])
return 1
