-- KEYS 1 all (registered clients, by when each leaves), 2 owner (those that are kept for one owner)
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the client
-- The one owner who used it lets it go: it is kept for that owner no more, and leaves after this lifetime at the latest.
-- Result: 1
redis.call('ZREM', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[1], 'XX', 'LT', now() + ARGV[2], ARGV[3])
return 1
