-- KEYS 1 all (registered clients, by when each leaves), 2 network (those that one network brought), 3 tokens
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the client, 4 cap of all, 5 cap of the network, 6 id of the initial token
--      ('' none), 7 its digest
-- Gives a client its place before it is written. Without a token, what a network may bring within a lifetime shrinks with
-- the cube of what is left, down to one. With a token, one of its uses is spent.
-- Counts before it writes, and adds before it removes: where memory is full nothing of this happens.
-- Result: 1 reserved, 0 as many are there as may be, -1 as many of the network, -2 the token is not good
if redis.call('ZSCORE', KEYS[1], ARGV[3]) then return 1 end
local at = now()
local function counted(i) return redis.call('ZCOUNT', KEYS[i], '(' .. at, '+inf') end
local left = ARGV[4] - counted(1)
local token
if ARGV[6] ~= '' then
  local kept = redis.call('HGET', KEYS[3], ARGV[6])
  token = kept and cjson.decode(kept)
  if not token or token.digest ~= ARGV[7] or token.left < 1 or token['until'] <= at then return -2 end
end
if left < 1 then return 0 end
if not token and counted(2) >= math.ceil(ARGV[5] * (left / ARGV[4]) ^ 3) then return -1 end
redis.call('ZADD', KEYS[1], at + ARGV[2], ARGV[3])
if token then
  token.left = token.left - 1
  redis.call('HSET', KEYS[3], ARGV[6], cjson.encode(token))
else
  redis.call('ZADD', KEYS[2], at + ARGV[2], ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', at)
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at)
return 1
