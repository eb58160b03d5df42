-- KEYS 1 all, 2 network (sign-ins that wait)
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the sign-in, 4 pieces that it takes, 5 cap of all, 6 cap of the network
-- Counts the pieces of a request that an app has made and that waits at our pages for a visitor, while it waits. What
-- a network may hold shrinks with the cube of what is left, as for device codes.
-- Counts before it writes, and adds before it removes: where memory is full nothing of this happens.
-- Result: 1 reserved, 0 one of the caps is reached
local at = now()
local function waiting(i) return redis.call('ZCOUNT', KEYS[i], '(' .. at, '+inf') end
local left = ARGV[5] - waiting(1)
local share = math.ceil(ARGV[6] * (math.max(left, 0) / ARGV[5]) ^ 3)
local isKnown = redis.call('ZSCORE', KEYS[2], ARGV[3] .. ':1')
if (left < tonumber(ARGV[4]) or waiting(2) + ARGV[4] > share) and not isKnown then return 0 end
for i = 1, 2 do
  for piece = 1, tonumber(ARGV[4]) do redis.call('ZADD', KEYS[i], 'NX', at + ARGV[2], ARGV[3] .. ':' .. piece) end
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', at)
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return 1
