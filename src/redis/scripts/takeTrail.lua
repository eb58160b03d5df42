-- KEYS 1 trail, 2 anew
-- ARGV 1 operation
-- Puts what was written anew in the place of the trail, unless an entry has come since that is not in it.
-- Result: 1, or 0: an entry has come
if redis.call('EXISTS', KEYS[2]) == 0 then return 1 end
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local copied = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if newest and newest[1] ~= copied[1] then return 0 end
redis.call('RENAME', KEYS[2], KEYS[1])
return 1
