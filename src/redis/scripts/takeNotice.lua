-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done
-- PRELUDES time
-- ARGV 1 operation, 2 how long it is held, ms
-- Takes the notice that has waited longest for its time. It is held for a while, so that another server takes it over
-- from one that dies.
-- Result: notice, sealed body, failed tries, hold; nothing when none is due
local function taken(id, text)
  local state = cjson.decode(text)
  return { id, state.body, state.tries, state.hold }
end
local last = redis.call('HGET', KEYS[3], 'taken') or ''
if string.sub(last, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then
  local id = string.sub(last, #ARGV[1] + 2)
  local text = redis.call('HGET', KEYS[3], id)
  if text and cjson.decode(text).hold == ARGV[1] then return taken(id, text) end
end
local id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now(), 'LIMIT', 0, 1)[1]
local text = id and redis.call('HGET', KEYS[3], id)
if not text then return {} end
local state = cjson.decode(text)
state.hold = ARGV[1]
text = cjson.encode(state)
redis.call('HSET', KEYS[3], id, text, 'taken', ARGV[1] .. ' ' .. id)
redis.call('ZADD', KEYS[1], now() + ARGV[2], id)
return taken(id, text)
