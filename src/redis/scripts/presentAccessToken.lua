-- KEYS 1 account, 2 grants, 3 browsers, 4 accessToken
-- PRELUDES authority, chains, grants
-- ARGV 1 and on: audiences and clients whose tokens are judged ('' those for every API; or '*' alone: all)
-- Reads an access token and has the last word on whether it may act, in one step. One that is not the presenter's is read
-- alone: it is not used by that.
-- The first use of an access token decides which of several answers to one refresh the device received: the refresh token
-- that went out with it becomes the head of the chain. That a good token was presented is noted at most once a minute.
-- Result: nil unknown or ended, or {sealed payload} not judged, or {sealed payload, payload of the grant, generation,
--         profile, '', household profile of the device ('' none)}
local t = redis.call('HMGET', KEYS[4], 'payload', 'grant', 'epoch', 'gen', 'with', 'aud', 'client')
if not t[1] then return false end
local theirs = ARGV[1] == '*'
for _, label in ipairs(ARGV) do theirs = theirs or label == t[6] or label == t[7] end
if not theirs then return { t[1] } end
local g, at = grantOrSweep(KEYS[2], t[2])
if not mayAct(KEYS, t[3], g) or tostring(g.gen) ~= t[4] then return false end
local stands, used = useWith(g, t[5])
if not stands then return false end
if used or at - (g.used or g.since) >= 60000 then
  g.used = at
  put(KEYS[2], t[2], g)
end
return { t[1], g.payload, g.gen, redis.call('HGET', KEYS[1], 'profile'), '', g.member or '' }
