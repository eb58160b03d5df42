-- KEYS 1 account
-- PRELUDES entries
-- ARGV 1 operation, 2 entry, '' none
-- Its creation, and everything up to the entry, is queued with receivers; an account that is gone stays gone.
-- Result: 1
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
redis.call('HDEL', KEYS[1], 'created')
if ARGV[2] ~= '' and isLater(ARGV[2], redis.call('HGET', KEYS[1], 'noticed')) then redis.call('HSET', KEYS[1], 'noticed', ARGV[2]) end
return 1
