-- KEYS 1 account, 2 profiles, 3 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch, 3 profile, 4 'new' | 'known', 5 sealed name, 6 most profiles, 7 sealed event ('' none)
-- Adds a member of the household, or gives one another name.
-- Result: 1 written (or already by this operation), 0 refused: gone meanwhile, or there are as many as may be
if not open(KEYS[1], ARGV[2]) then return 0 end
local former = redis.call('HGET', KEYS[2], ARGV[3])
if former == ARGV[5] then return 1 end
if ARGV[4] == 'known' and not former then return 0 end
if not former and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
record(KEYS[3], ARGV[7], ARGV[1])
return 1
