-- KEYS 1 all, 2 network, 3 tokens (see reserveClient)
-- ARGV 1 operation, 2 name of the client, 3 id of the initial token ('' none)
-- Takes back the place of a client that could not be written, and the use of its token.
-- Result: 1 taken back, 0 it had none
if redis.call('ZREM', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[2])
local kept = ARGV[3] ~= '' and redis.call('HGET', KEYS[3], ARGV[3])
if kept then
  local token = cjson.decode(kept)
  token.left = token.left + 1
  redis.call('HSET', KEYS[3], ARGV[3], cjson.encode(token))
end
return 1
