-- KEYS 1 deviceCode
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 client, 4 base interval ms, 5 sealed payload
-- Inserts a pending code; never touches an existing one. The record outlives the code by one lifetime, so
-- that a late device hears expired_token and not invalid_grant.
-- Result: 1 created (or already created by this operation), 0 the id is taken
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'op') == ARGV[1] and 1 or 0
end
local life = tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'state', 'pending', 'op', ARGV[1], 'exp', now() + life, 'client', ARGV[3],
  'base', ARGV[4], 'interval', ARGV[4], 'payload', ARGV[5])
redis.call('PEXPIRE', KEYS[1], life * 2)
return 1
