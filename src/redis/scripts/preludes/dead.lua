-- PRELUDES queues, time
-- Notices that their receiver has not taken. `keys` as in queues, then dead (sorted set: notice, by when it was given
-- up), deadBodies (hash: notice, JSON: `body` sealed, `tries` that failed, `reason` of the last).

-- Leaves the queue and is kept, so many and so long.
local function deadLetter(keys, id, reason, tries, most, keep)
  local body = cjson.decode(redis.call('HGET', keys[3], id)).body
  leaveQueue(keys, id)
  redis.call('HSET', keys[7], id, cjson.encode({ body = body, tries = tonumber(tries), reason = reason }))
  redis.call('ZADD', keys[6], now(), id)
  local over = redis.call('ZRANGEBYSCORE', keys[6], '-inf', now() - keep, 'LIMIT', 0, 100)
  for _, old in ipairs(redis.call('ZRANGE', keys[6], 0, -1 - most)) do table.insert(over, old) end
  for _, old in ipairs(over) do
    redis.call('ZREM', keys[6], old)
    redis.call('HDEL', keys[7], old)
  end
  redis.call('PEXPIRE', keys[6], keep)
  redis.call('PEXPIRE', keys[7], keep)
end
