-- KEYS 1 trusted, 2 ended, 3 activity
-- PRELUDES ended, events
-- ARGV 1 operation, 2 browser, 3 sealed event
-- The owner is asked for codes in this browser again.
-- Result: 1 ended (or already by this operation), 0 there is no such browser
if redis.call('HDEL', KEYS[1], ARGV[2]) == 0 then
  return endedBy(KEYS[2], ARGV[2]) == ARGV[1] and 1 or 0
end
leaveTombstone(KEYS[2], ARGV[2], ARGV[1])
record(KEYS[3], ARGV[3], ARGV[1])
return 1
