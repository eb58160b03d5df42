-- KEYS 1 secret
-- PRELUDES time
-- What an installation has only one of, with the time at which it is read.
-- Result: the sealed text or false, now in ms
return { redis.call('GET', KEYS[1]), now() }
