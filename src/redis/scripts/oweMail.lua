-- KEYS 1 owed, 2 dueCritical, 3 dueNotify, 4 dueRetry
-- PRELUDES owed, time
-- ARGV 1 operation, 2 receiver, 3 urgency: critical or notify, 4 not before, 5 sealed facts of the mail or '',
--      6 pause after a failed try that even something critical keeps, ms
-- Owing twice is owing once; something critical brings the turn forward, something else does not.
-- Result: 1
local state = readOwed(KEYS, ARGV[2])
local at = math.max(now(), tonumber(ARGV[4]))
if not state then
  setTurn(KEYS, ARGV[2], { sealed = ARGV[5] }, ARGV[3], at)
  return 1
end
local turn, kind = turnOf(KEYS, ARGV[2])
if state.hold and turn and turn > now() then
  if state.more ~= 'critical' then state.more = ARGV[3] end
  redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
elseif ARGV[3] == 'critical' or not turn then
  if kind == 4 then at = math.max(at, (state.last or 0) + ARGV[6]) end
  setTurn(KEYS, ARGV[2], state, ARGV[3], math.min(turn or at, at))
end
return 1
