-- KEYS 1 account, 2 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch, 3 field: 'credentials' | 'profile', 4 value that was read, 5 new sealed value,
--      6 sealed event ('' none)
-- Replaces a field by compare-and-set, so that of two changes at once none is lost.
-- Result: 1 replaced, 0 refused
if not open(KEYS[1], ARGV[2]) then return 0 end
local found = redis.call('HGET', KEYS[1], ARGV[3])
if found == ARGV[5] then return 1 end
if found ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[5])
record(KEYS[2], ARGV[6], ARGV[1])
return 1
