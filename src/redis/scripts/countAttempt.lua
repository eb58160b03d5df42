-- KEYS 1 attempts (counter of wrong guesses)
-- PRELUDES time
-- ARGV 1 operation, 2 guesses without a delay, 3 first delay ms, 4 highest delay ms,
--      5 how long a counter without new guesses stays, ms, 6 draining: for how long one guess holds it, ms; 0 not
-- Takes leave to evaluate a guess. It counts as wrong before it is evaluated, so that parallel guesses cannot
-- share one; guesses beyond the free ones wait, twice as long each time.
-- A draining counter has its `end`, put off by each guess that counts and by nothing else: what is given back holds nothing.
-- Result: ms to wait before another guess is evaluated; 0: this one is
local c = redis.call('HMGET', KEYS[1], 'wrong', 'until', 'op', 'end')
local at = now()
if c[3] == ARGV[1] then return 0 end
if c[2] and tonumber(c[2]) > at then return c[2] - at end
local wrong = tonumber(c[1] or 0) + 1
local beyond = wrong - ARGV[2]
local delay = beyond < 0 and 0 or math.min(ARGV[3] * 2 ^ math.min(beyond, 30), tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], 'wrong', wrong, 'until', at + delay, 'op', ARGV[1])
local life = tonumber(ARGV[5])
if ARGV[6] ~= '0' then
  local ends = math.max(tonumber(c[4] or 0), at) + ARGV[6]
  redis.call('HSET', KEYS[1], 'end', ends)
  life = math.min(ends - at, life)
end
redis.call('PEXPIRE', KEYS[1], math.max(life, delay * 2))
return 0
