-- KEYS 1 pending (accounts with something to tell, by when)
-- PRELUDES time
-- ARGV 1 operation, 2 account
-- The owner will have to be told of a change that is about to be made.
-- Result: 1
redis.call('ZADD', KEYS[1], now(), ARGV[2])
return 1
