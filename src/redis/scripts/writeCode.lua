-- KEYS 1 record of a code that is sent to somebody
-- ARGV 1 operation, 2 lifetime ms, 3 HMAC of the code, 4 sealed payload
-- Result: 1
redis.call('HSET', KEYS[1], 'code', ARGV[3], 'payload', ARGV[4], 'tries', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
