-- KEYS 1 owed, 2 dueCritical, 3 dueNotify, 4 dueRetry, 5 taken (the newest take)
-- PRELUDES owed, time
-- ARGV 1 operation, 2 kind that goes first (2 critical, 3 notify, 4 retry), 3 and 4 kinds that follow, 0 for none,
--      5 how long the turn is held, ms
-- Takes the turn of the receiver that has waited longest. It is held for a while, so that another server takes it
-- over from one that dies.
-- Result: receiver, sealed facts, failed tries, hold; nothing when no receiver's turn has come
local function taken(receiver, state)
  return { receiver, state.sealed or '', state.tries or 0, state.hold }
end
local last = redis.call('HMGET', KEYS[5], 'op', 'receiver')
local again = last[1] == ARGV[1] and readOwed(KEYS, last[2])
if again and again.hold == ARGV[1] then return taken(last[2], again) end
for index = 2, 4 do
  local kind = tonumber(ARGV[index])
  local due = kind > 0 and redis.call('ZRANGEBYSCORE', KEYS[kind], '-inf', now(), 'LIMIT', 0, 1)[1]
  local state = due and readOwed(KEYS, due)
  if state then
    state.hold, state.more = ARGV[1], nil
    redis.call('HSET', KEYS[1], due, cjson.encode(state))
    redis.call('ZADD', KEYS[kind], now() + ARGV[5], due)
    redis.call('HSET', KEYS[5], 'op', ARGV[1], 'receiver', due)
    redis.call('PEXPIRE', KEYS[5], 60000)
    return taken(due, state)
  end
end
return {}
