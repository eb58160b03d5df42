-- PRELUDES time
-- Notices that one receiver still has to hear.
-- `keys`: due (sorted set: notice, by when it is tried next), queued (the same, by when it came), bodies (hash: notice,
-- state as JSON: `body` sealed, `tries` that failed, `hold` of the server that is sending it; `taken`: the newest take),
-- counts (hash: account, how many of them are about it), done (sorted set: notices that were here, by when they left).

-- The notice is here no longer. An hour long it does not come again, as from a server that had read of it before.
local function leaveQueue(keys, id)
  if redis.call('HDEL', keys[3], id) == 0 then return end
  redis.call('ZREM', keys[1], id)
  redis.call('ZREM', keys[2], id)
  local account = string.match(id, '^[^.]+')
  if redis.call('HINCRBY', keys[4], account, -1) <= 0 then redis.call('HDEL', keys[4], account) end
  redis.call('ZADD', keys[5], now(), id)
  redis.call('ZREMRANGEBYSCORE', keys[5], '-inf', now() - 3600000)
end

local function heldBy(keys, id, hold)
  local text = redis.call('HGET', keys[3], id)
  local state = text and cjson.decode(text)
  return state and state.hold == hold and state
end
