-- KEYS 1 account, 2 grants, 3 browsers
-- PRELUDES authority, chains, grants
-- ARGV 1 epoch, 2 grant, 3 generation of the token, 4 refresh token presented ('' none),
--      5 refresh token that was issued with the presented access token ('' none),
--      6 place of the refresh token presented ('' its seal says none), 7 when it expires ms ('' its record tells)
-- The last word on whether a presented token may act. The first use of an access token decides which of several
-- answers to one refresh the device received: its refresh token becomes the head of the chain. That a good token
-- was presented is noted at most once a minute.
-- A grant of an app that ends with a browser gives nothing once that browser is signed out.
-- Result: nil no authority, or {payload, generation, profile, household profile of the device ('' none)}, and of a refresh
--         token {…, 'head' | 'successor' | 'replay' | 'ahead', its place, sealed: what its chain has in common ('' not known)}
local g, at = grantOrSweep(KEYS[2], ARGV[2])
if not mayAct(KEYS, ARGV[1], g) or tostring(g.gen) ~= ARGV[3] then return false end
local standing, place
if ARGV[4] ~= '' then
  standing, place = standingOf(g, ARGV[4], ARGV[6])
end
local good = standing ~= 'replay' and standing ~= 'ahead'
if good and ARGV[7] ~= '' and tonumber(ARGV[7]) <= at then return false end
local stands, used = useWith(g, ARGV[5])
if not stands then return false end
if used or good and at - (g.used or g.since) >= 60000 then
  g.used = at
  put(KEYS[2], ARGV[2], g)
end
local answer = { g.payload, g.gen, redis.call('HGET', KEYS[1], 'profile'), g.member or '' }
if standing then answer[5], answer[6], answer[7] = standing, place, g.chain or '' end
return answer
