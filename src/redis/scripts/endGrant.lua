-- KEYS 1 grants, 2 ended
-- ARGV 1 operation, 2 grant
-- Ends a grant, waiting or active: everything issued under it is dead with this write.
-- Result: 1 ended (or already ended by this operation), 0 there was nothing to end
if not grant(KEYS[1], ARGV[2]) then
  return redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[1] and 1 or 0
end
redis.call('HDEL', KEYS[1], ARGV[2])
bury(KEYS[2], ARGV[2], ARGV[1])
return 1
