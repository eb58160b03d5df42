-- KEYS 1 account
-- ARGV 1 operation, 2 sealed credentials, 3 sealed profile
-- Inserts an active account in epoch 1; never touches an existing one.
-- Result: 1 created, 0 the id is taken
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'op') == ARGV[1] and 1 or 0
end
redis.call('HSET', KEYS[1], 'status', 'active', 'epoch', 1, 'op', ARGV[1], 'credentials', ARGV[2], 'profile', ARGV[3])
return 1
