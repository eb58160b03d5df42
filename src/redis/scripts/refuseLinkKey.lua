-- KEYS 1 account, 2 linkKeys, 3 activity
-- PRELUDES events, linking, time
-- ARGV 1 operation, 2 name of the key, 3 why, 4 sealed event, 5 ms in which its owner is told once
-- A key that is good was presented as it may not be: its owner sees the last time, and is told now and then.
-- Result: 1 told (or by this operation), 0 not again, or there is no such key
local k = linkKey(KEYS[1], KEYS[2], ARGV[2])
if not k then return 0 end
if k.tellop == ARGV[1] then return 1 end
if k.told + ARGV[5] > now() then return 0 end
k.told, k.why, k.tellop = now(), ARGV[3], ARGV[1]
redis.call('HSET', KEYS[2], ARGV[2], cjson.encode(k))
record(KEYS[3], ARGV[4], ARGV[1])
return 1
