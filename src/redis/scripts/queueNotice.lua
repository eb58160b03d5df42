-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done, 6 dead, 7 deadBodies
-- PRELUDES dead, leaving, queues, time
-- ARGV 1 operation, 2 notice, 3 sealed body, 4 notice that says that everything of the account has ended, '' where the
--      receiver can make nothing of one, 5 its sealed body, 6 most notices about one account, 7 most notices,
--      8 how long an idle queue stays, ms, 9 most that are kept of those that left, 10 how long, ms; 0: they are not
-- A receiver is to hear of an end. Queueing twice is queueing once. Of one account so many wait at most: then
-- one that ends everything stands for the rest. Of all so many: then the oldest about the most crowded account leaves.
-- Result: how many left
local id, body = ARGV[2], ARGV[3]
local account = string.match(id, '^[^.]+')
if redis.call('ZSCORE', KEYS[5], id) or redis.call('HEXISTS', KEYS[3], id) == 1 then return 0 end
if ARGV[4] ~= '' and (tonumber(redis.call('HGET', KEYS[4], account)) or 0) >= tonumber(ARGV[6]) then
  id, body = ARGV[4], ARGV[5]
end
-- One that says everything may be under way already, begun before this end: without its hold it is sent once more.
if redis.call('HSET', KEYS[3], id, cjson.encode({ body = body, tries = 0 })) == 1 then
  redis.call('HINCRBY', KEYS[4], account, 1)
  redis.call('ZADD', KEYS[2], now(), id)
end
redis.call('ZADD', KEYS[1], now(), id)
local dropped = 0
while redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[7]) do
  local left = leaverOf(KEYS)
  local text = tonumber(ARGV[10]) > 0 and redis.call('HGET', KEYS[3], left)
  if text then
    deadLetter(KEYS, left, 'crowded', cjson.decode(text).tries, ARGV[9], ARGV[10])
  else
    leaveQueue(KEYS, left)
  end
  dropped = dropped + 1
end
for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ARGV[8]) end
return dropped
