-- KEYS 1 all (registered clients, by when each leaves)
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the client
-- One that is there leaves no sooner than after this lifetime.
-- Result: 1 it is later now, 0 it was later already, or is not there
return redis.call('ZADD', KEYS[1], 'XX', 'GT', 'CH', now() + ARGV[2], ARGV[3])
