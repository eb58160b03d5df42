-- KEYS 1 account, 2 browsers
-- ARGV 1 operation, 2 browser
-- Signs one browser out.
-- Result: 1 signed out, 0 there was nothing to end
return redis.call('HDEL', KEYS[2], ARGV[2])
