-- PRELUDES events, time
-- Requests to remove a second step that was lost.

-- A request that waits or may be carried out, or nil: of this epoch, and not past its time.
local function recovery(account, epoch)
  local text = redis.call('HGET', account, 'recovery')
  local r = text and cjson.decode(text)
  return r and r.epoch == tostring(epoch) and r.till > now() and r or nil
end

-- Who proves the second step has not lost it: a request that waits is over.
local function cancelRecovery(account, activity, event, operation)
  local waits = recovery(account, redis.call('HGET', account, 'epoch'))
  redis.call('HDEL', account, 'recovery')
  if waits then record(activity, event, operation) end
end
