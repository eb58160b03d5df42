-- KEYS 1 account, 2 grants, 3 browsers, 4 accessToken
-- PRELUDES authority, chains, gathered, grants, lists
-- ARGV 1 whose tokens are judged: ',…,' audiences, clients, and 'general' for those that are for every API; '*' all
-- GATHERED Of several tokens, keys and argument of one stand behind those of another; of each the result.
-- Reads an access token and has the last word on whether it may act, in one step. One that is not the presenter's is read
-- alone: it is not used by that.
-- The first use of an access token decides which of several answers to one refresh the device received: the refresh token
-- that went out with it becomes the head of the chain. That a good token was presented is noted at most once a minute.
-- Result: nil unknown or ended, or {sealed payload} not judged, or {sealed payload, payload of the grant, generation,
--         profile, household profile of the device ('' none)}
local function present(judged, account, grants, browsers, token)
  local t = redis.call('HMGET', token, 'payload', 'grant', 'epoch', 'gen', 'with', 'aud', 'client')
  if not t[1] then return false end
  local audience = t[6] == '' and 'general' or t[6]
  if judged ~= '*' and not has(judged, audience) and not has(judged, t[7]) then return { t[1] } end
  local g, at = grantOrSweep(grants, t[2])
  if not mayAct({ account, grants, browsers }, t[3], g) or tostring(g.gen) ~= t[4] then return false end
  local stands, used = useWith(g, t[5])
  if not stands then return false end
  if used or at - (g.used or g.since) >= 60000 then
    g.used = at
    put(grants, t[2], g)
  end
  return { t[1], g.payload, g.gen, redis.call('HGET', account, 'profile'), g.member or '' }
end

local answers = {}
for i, judged in ipairs(ARGV) do answers[i] = answerOf(pcall(present, judged, unpack(KEYS, i * 4 - 3, i * 4))) end
return answers
