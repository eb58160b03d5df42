-- KEYS 1 owed, 2 dueCritical, 3 dueNotify, 4 dueRetry
-- PRELUDES owed, time
-- ARGV 1 operation, 2 receiver, 3 hold, 4 what is left: critical, notify or '', 5 not before for critical,
--      6 not before for notify
-- The mail was sent. What is left, or came meanwhile, waits for another turn; else nothing is owed any more.
-- Result: 1; nothing has changed where another server has taken over
local state = readOwed(KEYS, ARGV[2])
if not state or state.hold ~= ARGV[3] then return 1 end
local left = (ARGV[4] == 'critical' or state.more == 'critical') and 'critical'
  or (ARGV[4] ~= '' or state.more) and 'notify'
if left then
  local at = math.max(now(), tonumber(left == 'critical' and ARGV[5] or ARGV[6]))
  setTurn(KEYS, ARGV[2], { sealed = state.sealed }, left, at)
else
  redis.call('HDEL', KEYS[1], ARGV[2])
  for index = 2, 4 do redis.call('ZREM', KEYS[index], ARGV[2]) end
end
return 1
