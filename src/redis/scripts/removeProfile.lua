-- KEYS 1 account, 2 profiles, 3 ended, 4 activity
-- PRELUDES account, ended, events
-- ARGV 1 operation, 2 epoch, 3 profile, 4 sealed event ('' none)
-- Removes a member of the household. Devices that were given to them name a profile that is not there, and so
-- belong to no member: its id is never used again.
-- Result: 1 removed (or already by this operation), 0 there was nothing to remove
if not open(KEYS[1], ARGV[2]) then return 0 end
if redis.call('HDEL', KEYS[2], ARGV[3]) == 0 then
  return endedBy(KEYS[3], ARGV[3]) == ARGV[1] and 1 or 0
end
leaveTombstone(KEYS[3], ARGV[3], ARGV[1])
record(KEYS[4], ARGV[4], ARGV[1])
return 1
