-- KEYS 1 account, 2 voiceCode, 3 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 sealed event
-- The code that is locked works again, and its wrong tries are forgotten.
-- Result: 1 unlocked (or already by this operation), 0 refused, or it is not locked
local v = redis.call('HMGET', KEYS[2], 'unlockop', 'locked', 'code', 'since')
if v[1] == ARGV[1] then return 1 end
if not v[2] or not open(KEYS[1], ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[2])
redis.call('HSET', KEYS[2], 'code', v[3], 'since', v[4], 'unlockop', ARGV[1])
record(KEYS[3], ARGV[3], ARGV[1])
return 1
