-- KEYS 1 tokens
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 id of the token, 4 what is kept of it as JSON, 5 most that may be good at once
-- Adds an initial access token, and sweeps those that are used up or over.
-- Result: 1 added, 0 as many are good already
local at, good, over = now(), 0, {}
local kept = redis.call('HGETALL', KEYS[1])
for i = 1, #kept, 2 do
  local token = cjson.decode(kept[i + 1])
  if kept[i] == ARGV[3] then return 1 end
  if token.left > 0 and token['until'] > at then good = good + 1 else over[#over + 1] = kept[i] end
end
if good >= tonumber(ARGV[5]) then return 0 end
local token = cjson.decode(ARGV[4])
token['until'] = at + ARGV[2]
redis.call('HSET', KEYS[1], ARGV[3], cjson.encode(token))
for _, id in ipairs(over) do redis.call('HDEL', KEYS[1], id) end
return 1
