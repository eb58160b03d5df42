-- KEYS 1 attempts (counter of what everybody does in one span)
-- ARGV 1 operation, 2 network, 3 what `countShare` said: 0 one of the free ones, -1 in turn
-- What leave was taken for was right, or was not done: it counts no longer. The delay that another one began stays.
-- Result: 1 given back, 0 there was nothing to give back
local own = 'of:' .. ARGV[2]
local c = redis.call('HMGET', KEYS[1], 'free', own, 'turns', 'backop')
if c[4] == ARGV[1] then return 1 end
if ARGV[3] == '-1' then
  if tonumber(c[3] or 0) < 1 then return 0 end
  redis.call('HSET', KEYS[1], 'turns', c[3] - 1, 'until', 0, 'backop', ARGV[1])
  return 1
end
if tonumber(c[2] or 0) < 1 then return 0 end
redis.call('HSET', KEYS[1], 'free', c[1] - 1, 'backop', ARGV[1])
if redis.call('HINCRBY', KEYS[1], own, -1) == 0 then redis.call('HDEL', KEYS[1], own) end
return 1
