-- KEYS 1 account, 2 grants, 3 browsers
-- PRELUDES authority, grants
-- ARGV 1 epoch, 2 grant
-- The last word on whether a grant may act, where no token of it is presented: nothing of it is used with this.
-- Result: nil no authority, or {payload, generation, profile, household profile of the device ('' none)}
local g = grant(KEYS[2], ARGV[2])
if not mayAct(KEYS, ARGV[1], g) then return false end
return { g.payload, g.gen, redis.call('HGET', KEYS[1], 'profile'), g.member or '' }
