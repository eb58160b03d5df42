-- KEYS 1 account, 2 profiles, 3 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch, 3 profile, 4 'new' | 'known', 5 sealed name, 6 most profiles,
--      7 SHA-1 of the profiles whose names were looked at, 8 sealed event ('' none)
-- Adds a member of the household, or gives one another name. Names are sealed: whether one is taken is seen by the server
-- alone, which looks again where another form has changed the household since.
-- Result: 'written' (or already by this operation), 'refused': gone meanwhile, or there are as many as may be, or 'changed'
if not open(KEYS[1], ARGV[2]) then return 'refused' end
local former = redis.call('HGET', KEYS[2], ARGV[3])
if former == ARGV[5] then return 'written' end
if ARGV[4] == 'known' and not former then return 'refused' end
if not former and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then return 'refused' end
local found, profiles = redis.call('HGETALL', KEYS[2]), {}
for at = 1, #found, 2 do table.insert(profiles, found[at] .. ' ' .. found[at + 1]) end
table.sort(profiles)
if redis.sha1hex(table.concat(profiles, ',')) ~= ARGV[7] then return 'changed' end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
record(KEYS[3], ARGV[8], ARGV[1])
return 'written'
