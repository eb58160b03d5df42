-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done, 6 dead, 7 deadBodies
-- PRELUDES time
-- ARGV 1 operation, 2 most notices that wait, 3 how long an idle queue stays, ms, then notices
-- What was given up is tried anew, under the same name, as long as there is room: no other leaves for it.
-- Result: how many of these wait now
local waiting = 0
for i = 4, #ARGV do
  local id = ARGV[i]
  local text = redis.call('HGET', KEYS[7], id)
  if text and redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[7], id)
    redis.call('ZREM', KEYS[6], id)
    redis.call('ZREM', KEYS[5], id)
    if redis.call('HSETNX', KEYS[3], id, cjson.encode({ body = cjson.decode(text).body, tries = 0 })) == 1 then
      redis.call('HINCRBY', KEYS[4], string.match(id, '^[^.]+'), 1)
      redis.call('ZADD', KEYS[2], now(), id)
      redis.call('ZADD', KEYS[1], now(), id)
    end
    waiting = waiting + 1
  elseif not text and redis.call('HEXISTS', KEYS[3], id) == 1 then
    waiting = waiting + 1
  end
end
for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
return waiting
