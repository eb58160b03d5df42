-- KEYS 1 account, 2 consents, 3 notices
-- PRELUDES notices, time
-- ARGV 1 operation
-- An account whose time has come is closed: from here on nothing of it acts, and its owner can keep it no longer.
-- Result: 1 closed, now or before, or gone; 0 its time has not come
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
local a = redis.call('HMGET', KEYS[1], 'status', 'closes')
if a[1] == 'closed' then return 1 end
if not a[2] or tonumber(a[2]) > now() then return 0 end
local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HSET', KEYS[1], 'status', 'closed')
oweOfAll(KEYS[2], KEYS[3], epoch - 1)
return 1
