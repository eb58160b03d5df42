-- KEYS 1 account, 2 voiceLimits, 3 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 currency, 4 most in a day, 5 most of it without the code,
--      6 sealed event
-- What was bought today still counts, but in another currency it cannot: then it is as if nothing had been.
-- Result: 1 set (or already by this operation), 0 refused
local l = redis.call('HMGET', KEYS[2], 'op', 'currency')
if l[1] == ARGV[1] then return 1 end
if not open(KEYS[1], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'currency', ARGV[3], 'most', ARGV[4], 'free', ARGV[5], 'op', ARGV[1])
if l[2] ~= ARGV[3] then redis.call('HDEL', KEYS[2], 'bought', 'bare') end
record(KEYS[3], ARGV[6], ARGV[1])
return 1
