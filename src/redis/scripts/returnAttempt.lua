-- KEYS 1 attempts (counter of wrong guesses)
-- PRELUDES time
-- ARGV 1 operation, 2 draining: for how long one guess holds it, ms; 0 not, 3 how long it stays at most, ms
-- A guess for which leave was taken was right, or was not evaluated: it counts no longer, nor does the delay
-- that it began. The wrong ones before it still count. A draining counter is held by it no longer: an attacker who
-- names ever new emails, each refused, keeps nothing here.
-- Removes before it writes: so it is done where memory is full, too, and no client waits afterwards for what was refused.
-- Result: 1, also where there was nothing to give back: a counter may be gone when it is asked again
local c = redis.call('HMGET', KEYS[1], 'wrong', 'backop', 'end')
if not c[1] or c[2] == ARGV[1] then return 1 end
redis.call('HDEL', KEYS[1], 'until')
local wrong = math.max(tonumber(c[1]) - 1, 0)
if ARGV[2] == '0' or not c[3] then
  redis.call('HSET', KEYS[1], 'wrong', wrong, 'backop', ARGV[1])
  return 1
end
local left = c[3] - ARGV[2] - now()
if left <= 0 then
  redis.call('UNLINK', KEYS[1])
  return 1
end
redis.call('HSET', KEYS[1], 'wrong', wrong, 'backop', ARGV[1], 'end', c[3] - ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.min(left, tonumber(ARGV[3])))
return 1
