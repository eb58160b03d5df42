-- KEYS 1 grants, 2 ended, 3 activity, 4 notices
-- PRELUDES ended, events, grants, notices
-- ARGV 1 operation, 2 grant, 3 sealed event ('' none), 4 'app' when the app itself has ended it
-- Ends a grant, waiting or active: everything issued under it is dead with this write. A waiting one was no row
-- anywhere, and its owner is not told of it.
-- Result: 1 ended (or already ended by this operation), 0 there was nothing to end
local g = grantOrSweep(KEYS[1], ARGV[2])
if not g then
  return endedBy(KEYS[2], ARGV[2]) == ARGV[1] and 1 or 0
end
redis.call('HDEL', KEYS[1], ARGV[2])
leaveTombstone(KEYS[2], ARGV[2], ARGV[1])
if g.consent and ARGV[4] ~= 'app' then oweNotice(KEYS[4], g.consent, ',' .. g.session .. ',', 0) end
if g.st == 'active' then record(KEYS[3], ARGV[3], ARGV[1], ARGV[2], g.device) end
return 1
