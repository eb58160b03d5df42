-- KEYS 1 all, 2 client, 3 network, 4 share (of the network for the client)
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the code, 4 cap of all, 5 cap of the client, 6 cap of the network,
--      7 most codes of the network within a minute
-- Counts a code while it lives, unless a cap is reached (requirement A12), or its network asks for codes in a burst.
-- What a network may hold of all places, and of a client's, shrinks with the cube of what is left of them, down to one
-- code: many networks together leave places for the others (docs/security.md has the arithmetic).
-- Counts before it writes, and adds before it removes: where memory is full nothing of this happens.
-- Result: '' reserved, or the number of the cap that refused: '1' all, '2' client, '3' network, '4' burst
local at = now()
local function live(i) return redis.call('ZCOUNT', KEYS[i], '(' .. at, '+inf') end
local function share(left, cap) return math.ceil(ARGV[6] * (left / cap) ^ 3) end
local function refusal()
  local left = {}
  for i = 1, 2 do
    left[i] = ARGV[3 + i] - live(i)
    if left[i] <= 0 then return tostring(i) end
  end
  if live(3) >= share(left[1], ARGV[4]) or live(4) >= share(left[2], ARGV[5]) then return '3' end
  local minuteAgo = at + ARGV[2] - 60000
  return redis.call('ZCOUNT', KEYS[3], '(' .. minuteAgo, '+inf') >= tonumber(ARGV[7]) and '4' or ''
end
local refused = refusal()
-- Asked only when a cap refuses, which is seldom.
if refused ~= '' then return redis.call('ZSCORE', KEYS[3], ARGV[3]) and '' or refused end
for i = 1, 4 do
  redis.call('ZADD', KEYS[i], 'NX', at + ARGV[2], ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', at)
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return ''
