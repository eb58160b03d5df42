-- KEYS 1 counter of wrong guesses
-- ARGV 1 operation
-- A guess for which leave was taken was right, or was not evaluated: it counts no longer, nor does the delay
-- that it began. The wrong ones before it still count.
-- Removes before it writes: so it is done where memory is full, too, and nobody waits afterwards for what was refused.
-- Result: 1 given back, 0 there was nothing to give back
local c = redis.call('HMGET', KEYS[1], 'wrong', 'backop')
if not c[1] then return 0 end
if c[2] == ARGV[1] then return 1 end
redis.call('HDEL', KEYS[1], 'until')
redis.call('HSET', KEYS[1], 'wrong', math.max(tonumber(c[1]) - 1, 0), 'backop', ARGV[1])
return 1
