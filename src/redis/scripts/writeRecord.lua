-- KEYS 1 record
-- ARGV 1 operation, 2 lifetime ms (0 none), 3 sealed payload
-- Writes a record as a whole; that it was consumed is never unwritten.
-- Result: 1
redis.call('HSET', KEYS[1], 'payload', ARGV[3])
if ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
