-- KEYS 1 account
-- PRELUDES time
-- ARGV 1 operation, 2 sealed credentials, 3 sealed profile, 4 '1': receivers have to hear of it
-- Inserts an active account in epoch 1; never touches an existing one.
-- Result: 1 created, 0 the id is taken
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'op') == ARGV[1] and 1 or 0
end
redis.call('HSET', KEYS[1], 'status', 'active', 'epoch', 1, 'op', ARGV[1], 'credentials', ARGV[2], 'profile', ARGV[3])
if ARGV[4] == '1' then redis.call('HSET', KEYS[1], 'created', now()) end
return 1
