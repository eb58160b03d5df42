-- KEYS 1 counter of wrong guesses
-- ARGV 1 operation
-- The guess for which leave was taken was right: it counts no longer, the wrong ones before it still do.
-- Result: 1
local c = redis.call('HMGET', KEYS[1], 'wrong', 'back')
if not c[1] or c[2] == ARGV[1] then return 1 end
redis.call('HSET', KEYS[1], 'wrong', math.max(tonumber(c[1]) - 1, 0), 'until', 0, 'back', ARGV[1])
return 1
