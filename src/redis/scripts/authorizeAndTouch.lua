-- KEYS 1 account, 2 grants, 3 browsers
-- PRELUDES authority, chains, grants, lists
-- ARGV 1 epoch, 2 grant, 3 generation of the token, 4 refresh token presented ('' none),
--      5 refresh token that was issued with the presented access token ('' none)
-- The last word on whether a presented token may act. The first use of an access token decides which of several
-- answers to one refresh the device received: its refresh token becomes the head of the chain. That a good token
-- was presented is noted at most once a minute.
-- A grant of an app that ends with a browser gives nothing once that browser is signed out.
-- Result: nil no authority, or {payload, generation, profile, 'head' | 'successor' | 'replay' | '',
--         household profile of the device ('' none)}
local g, at = grantOrSweep(KEYS[2], ARGV[2])
if not mayAct(KEYS, ARGV[1], g) or tostring(g.gen) ~= ARGV[3] then return false end
local place = ''
if ARGV[4] ~= '' then
  place = g.cur == ARGV[4] and 'head' or has(g.next, ARGV[4]) and 'successor' or 'replay'
end
local used = place ~= 'replay' and at - (g.used or g.since) >= 60000
if has(g.next, ARGV[5]) then
  promote(g, ARGV[5])
  used = true
elseif ARGV[5] ~= '' and g.cur ~= ARGV[5] and not has(g.past, ARGV[5]) then
  return false
end
if used then
  g.used = at
  put(KEYS[2], ARGV[2], g)
end
return { g.payload, g.gen, redis.call('HGET', KEYS[1], 'profile'), place, g.member or '' }
