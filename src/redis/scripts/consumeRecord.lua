-- KEYS 1 record
-- ARGV 1 operation
-- Exactly one caller consumes a record.
-- Result: 1 consumed by this operation, 0 consumed before, or gone
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[1], 'consumed', ARGV[1]) == 1 then return 1 end
return redis.call('HGET', KEYS[1], 'consumed') == ARGV[1] and 1 or 0
