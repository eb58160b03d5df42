-- KEYS 1 attempts (counter of what everybody does in one span)
-- PRELUDES time
-- ARGV 1 operation, 2 network, 3 how many are free, 4 first delay ms, 5 highest delay ms, 6 life of the counter ms
-- Takes leave of a limit that all share. A network may have a sixteenth of the free ones, and less by the cube of
-- what is left of them, down to four, so that an owner may still mistype beside a neighbour who guessed. Beyond its
-- share, and when none is left, leave is given in turn, one after the other for all, twice as long apart each time.
-- Result: 0 one of the free ones, -1 in turn, or ms to wait: nothing was counted
local c = redis.call('HMGET', KEYS[1], 'free', 'of:' .. ARGV[2], 'until', 'turns', 'op', 'as')
local at = now()
if c[5] == ARGV[1] then return tonumber(c[6]) end
local left, own = ARGV[3] - (c[1] or 0), tonumber(c[2] or 0)
local share = math.ceil(ARGV[3] / 16)
if left > 0 and own < math.max(math.min(4, share), math.ceil(ARGV[3] / 16 * (left / ARGV[3]) ^ 3)) then
  redis.call('HINCRBY', KEYS[1], 'free', 1)
  redis.call('HINCRBY', KEYS[1], 'of:' .. ARGV[2], 1)
  redis.call('HSET', KEYS[1], 'op', ARGV[1], 'as', 0)
  if c[5] == false then redis.call('PEXPIRE', KEYS[1], ARGV[6]) end
  return 0
end
if c[3] and tonumber(c[3]) > at then return c[3] - at end
local turns = tonumber(c[4] or 0)
local delay = math.min(ARGV[4] * 2 ^ math.min(turns, 30), tonumber(ARGV[5]))
redis.call('HSET', KEYS[1], 'turns', turns + 1, 'until', at + delay, 'op', ARGV[1], 'as', -1)
redis.call('PEXPIRE', KEYS[1], math.max(tonumber(ARGV[6]), delay * 2))
return -1
