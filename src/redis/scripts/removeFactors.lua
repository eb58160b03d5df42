-- KEYS 1 account, 2 factors, 3 trusted, 4 activity
-- PRELUDES events
-- ARGV 1 operation, 2 sealed event
-- Removes every factor by the operator's hand; trusted browsers end, and a request to remove them is over.
-- Result: how many there were (or as the first time, by this operation)
local done = redis.call('HMGET', KEYS[1], 'clearop', 'cleared')
if done[1] == ARGV[1] then return tonumber(done[2]) end
local removed = redis.call('HLEN', KEYS[2])
if removed == 0 or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('UNLINK', KEYS[2], KEYS[3])
redis.call('HDEL', KEYS[1], 'recovery')
redis.call('HSET', KEYS[1], 'clearop', ARGV[1], 'cleared', removed)
record(KEYS[4], ARGV[2], ARGV[1])
return removed
