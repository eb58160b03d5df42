-- KEYS 1 account, 2 grants, 3 ended
-- PRELUDES account, grants
-- ARGV 1 epoch, 2 and on: grants that were approved as those of devices
-- How it stands with each of them.
-- Result: nil the account may not act under this epoch, or for each 'waiting' | 'linked' |
--         'ended' (it was removed, or signed itself off) | 'late' (its device has not come in time)
if not open(KEYS[1], ARGV[1]) then return false end
local states = {}
for i = 2, #ARGV do
  local g, state = grant(KEYS[2], ARGV[i]), 'late'
  if g and g.device then state = 'linked'
  elseif g and g.st == 'waiting' then state = 'waiting'
  elseif redis.call('HEXISTS', KEYS[3], ARGV[i]) == 1 then state = 'ended' end
  states[i - 1] = state
end
return states
