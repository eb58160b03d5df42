-- KEYS 1 pointer
-- ARGV 1 operation, 2 account
-- The pointer leads to this account no longer; whom else it leads to stays.
-- Result: 1
if redis.call('GET', KEYS[1]) == ARGV[2] then redis.call('DEL', KEYS[1]) end
return 1
