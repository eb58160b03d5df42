-- Mails that owners are owed, by receiver.
-- `keys`: owed (hash: receiver, state as JSON), and sorted sets of receivers by when they are next in turn: due:critical,
-- due:notify, due:retry. A receiver is in one of them. State: `hold` names the server that is writing to it, `kept`
-- the operation that held on last, `tries` and `last` tell of tries that failed, `more` what came while it was held, `sealed` holds the mail's own facts.

local function readOwed(keys, receiver)
  local state = redis.call('HGET', keys[1], receiver)
  return state and cjson.decode(state)
end

-- The receiver's turn comes at this time, among those of its kind.
local function setTurn(keys, receiver, state, urgency, at)
  redis.call('HSET', keys[1], receiver, cjson.encode(state))
  local kind = (state.tries or 0) > 0 and 4 or urgency == 'critical' and 2 or 3
  for index = 2, 4 do
    if index == kind then redis.call('ZADD', keys[index], at, receiver) else redis.call('ZREM', keys[index], receiver) end
  end
end

local function turnOf(keys, receiver)
  for index = 2, 4 do
    local at = redis.call('ZSCORE', keys[index], receiver)
    if at then return tonumber(at), index end
  end
end
