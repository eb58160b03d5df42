-- KEYS 1 live codes of all, 2 of the client, 3 of the network
-- ARGV 1 operation, 2 lifetime ms, 3 name of the code, 4 cap of all, 5 cap of the client, 6 cap of the network,
--      7 most codes of the network within a minute
-- Counts a code while it lives, unless one of the caps is reached (requirement A12), or its network asks for codes
-- in a burst.
-- Result: '' reserved, or the number of the cap that refused: '1' all, '2' client, '3' network, '4' burst
local at = now()
-- Asked only when a cap refuses, which is seldom.
local function known() return redis.call('ZSCORE', KEYS[3], ARGV[3]) end
for i = 1, 3 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', at)
  if redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[3 + i]) and not known() then return tostring(i) end
end
local minuteAgo = at + ARGV[2] - 60000
if redis.call('ZCOUNT', KEYS[3], '(' .. minuteAgo, '+inf') >= tonumber(ARGV[7]) and not known() then return '4' end
for i = 1, 3 do
  redis.call('ZADD', KEYS[i], 'NX', at + ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return ''
