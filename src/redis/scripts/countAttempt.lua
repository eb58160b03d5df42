-- KEYS 1 counter of wrong guesses
-- ARGV 1 operation, 2 guesses without a delay, 3 first delay ms, 4 highest delay ms,
--      5 how long a counter without new guesses stays, ms
-- Takes leave to evaluate a guess. It counts as wrong before it is evaluated, so that parallel guesses cannot
-- share one; guesses beyond the free ones wait, twice as long each time.
-- Result: ms to wait before another guess is evaluated; 0: this one is
local c = redis.call('HMGET', KEYS[1], 'wrong', 'until', 'op')
local at = now()
if c[3] == ARGV[1] then return 0 end
if c[2] and tonumber(c[2]) > at then return c[2] - at end
local wrong = tonumber(c[1] or 0) + 1
local beyond = wrong - ARGV[2]
local delay = beyond < 0 and 0 or math.min(ARGV[3] * 2 ^ math.min(beyond, 30), tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], 'wrong', wrong, 'until', at + delay, 'op', ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.max(tonumber(ARGV[5]), delay * 2))
return 0
