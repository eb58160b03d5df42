-- KEYS 1 account, 2 grants
-- ARGV 1 operation, 2 grant
-- Ends a grant, waiting or active: everything issued under it is dead with this write.
-- Result: 1 ended, 0 there was nothing to end
if redis.call('HGET', KEYS[1], 'grantop') == ARGV[1] then return 1 end
if redis.call('HDEL', KEYS[2], ARGV[2]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'grantop', ARGV[1]) end
return 1
