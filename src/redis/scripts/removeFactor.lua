-- KEYS 1 account, 2 factors, 3 trusted, 4 ended, 5 activity
-- PRELUDES account, ended, events, factors
-- ARGV 1 operation, 2 epoch of the owner's proof ('' the operator removes it, of a disabled account, too), 3 factor,
--      4 sealed event
-- Removes a factor; trusted browsers end, and a request for recovery is over. With the last authenticator app or passkey the backup methods go too.
-- Result: 1 removed (or already by this operation), 0 refused, or there is no such factor
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then
  return endedBy(KEYS[4], ARGV[3]) == ARGV[1] and 1 or 0
end
if ARGV[2] ~= '' and not open(KEYS[1], ARGV[2]) then return 0 end
redis.call('HDEL', KEYS[2], ARGV[3])
leaveTombstone(KEYS[4], ARGV[3], ARGV[1])
if not backed(KEYS[2]) then redis.call('UNLINK', KEYS[2]) end
redis.call('UNLINK', KEYS[3])
redis.call('HDEL', KEYS[1], 'recovery')
record(KEYS[5], ARGV[4], ARGV[1])
return 1
