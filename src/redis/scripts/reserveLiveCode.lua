-- KEYS 1 live codes of all, 2 of the client, 3 of the network
-- ARGV 1 operation, 2 lifetime ms, 3 name of the code, 4 cap of all, 5 cap of the client, 6 cap of the network
-- Counts a code while it lives, unless one of the three caps is reached (requirement A12).
-- Result: '' reserved, or the number of the cap that refused: '1' all, '2' client, '3' network
local at = now()
for i = 1, 3 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', at)
  if redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[3 + i]) and not redis.call('ZSCORE', KEYS[i], ARGV[3]) then
    return tostring(i)
  end
end
for i = 1, 3 do
  redis.call('ZADD', KEYS[i], 'NX', at + ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return ''
