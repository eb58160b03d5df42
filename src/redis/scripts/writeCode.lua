-- KEYS 1 mailedCode
-- ARGV 1 operation, 2 lifetime ms, 3 HMAC of the code, 4 sealed payload
-- A new code for the same ticket takes the place of the one before: its tries, and that it was used, are forgotten.
-- Result: 1
if redis.call('HGET', KEYS[1], 'writeop') == ARGV[1] then return 1 end
redis.call('HSET', KEYS[1], 'code', ARGV[3], 'payload', ARGV[4], 'tries', 0, 'writeop', ARGV[1])
redis.call('HDEL', KEYS[1], 'used', 'op')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
