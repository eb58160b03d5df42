-- KEYS 1 owed, 2 dueCritical, 3 dueNotify, 4 dueRetry
-- PRELUDES owed, time
-- ARGV 1 operation, 2 receiver, 3 hold, 4 pause before the next try, ms, 5 the same where something critical came meanwhile
-- The mail could not be sent: the receiver waits among those that failed, who never hold up the others.
-- Result: 1; nothing has changed where another server has taken over
local state = readOwed(KEYS, ARGV[2])
if not state or state.hold ~= ARGV[3] then return 1 end
local pause = tonumber(ARGV[4])
if state.more == 'critical' then pause = math.min(pause, tonumber(ARGV[5])) end
local failed = { sealed = state.sealed, tries = (state.tries or 0) + 1, last = now() }
setTurn(KEYS, ARGV[2], failed, 'notify', now() + pause)
return 1
