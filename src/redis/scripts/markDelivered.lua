-- KEYS 1 account
-- PRELUDES entries
-- ARGV 1 operation, 2 entry
-- Everything up to the entry is taken charge of, and waits to be mailed; an account that is gone stays gone.
-- Result: 1
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
redis.call('HSETNX', KEYS[1], 'mailed', redis.call('HGET', KEYS[1], 'told') or '0-0')
if isLater(ARGV[2], redis.call('HGET', KEYS[1], 'told')) then redis.call('HSET', KEYS[1], 'told', ARGV[2]) end
return 1
