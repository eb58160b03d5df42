-- KEYS 1 account, 2 upstream, 3 ended, 4 activity, 5 factors
-- PRELUDES account, ended, events, factors
-- ARGV 1 operation, 2 epoch of the owner's proof ('' whatever it is: the link has come to nothing), 3 provider,
--      4 sealed event ('' none), 5 1: the account has no password, and keeps another way in
-- No person at that provider signs in as the owner any more.
-- Result: 1 unlinked (or already by this operation), 0 refused, or there is no such link, -1 it is the only way in
local name = 'upstream:' .. ARGV[3]
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then return endedBy(KEYS[3], name) == ARGV[1] and 1 or 0 end
if ARGV[2] ~= '' and not open(KEYS[1], ARGV[2]) then return 0 end
if ARGV[5] == '1' and redis.call('HLEN', KEYS[2]) < 2 and not hasPasskey(KEYS[5]) then return -1 end
redis.call('HDEL', KEYS[2], ARGV[3])
leaveTombstone(KEYS[3], name, ARGV[1])
record(KEYS[4], ARGV[4], ARGV[1])
return 1
