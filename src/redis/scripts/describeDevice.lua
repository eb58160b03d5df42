-- KEYS 1 account, 2 grants, 3 profiles, 4 activity
-- PRELUDES account, events, grants
-- ARGV 1 operation, 2 epoch, 3 grant, 4 'label' | 'member', 5 sealed name, or household profile ('' none),
--      6 sealed event ('' none)
-- What the owner says of a device: its name, or the member of the household who uses it, who must be there.
-- Result: 1 written (or already by this operation), 0 there is no such device, or no such profile
if not open(KEYS[1], ARGV[2]) then return 0 end
local g = grantOrSweep(KEYS[2], ARGV[3])
if not g or not g.device then return 0 end
if g.setop == ARGV[1] then return 1 end
if ARGV[4] == 'member' and ARGV[5] ~= '' and redis.call('HEXISTS', KEYS[3], ARGV[5]) == 0 then return 0 end
g[ARGV[4]], g.setop = ARGV[5], ARGV[1]
put(KEYS[2], ARGV[3], g)
record(KEYS[4], ARGV[6], ARGV[1], ARGV[3], g.device)
return 1
