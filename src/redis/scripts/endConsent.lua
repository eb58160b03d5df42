-- KEYS 1 consents, 2 grants, 3 ended, 4 activity, 5 notices
-- PRELUDES ended, events, grants, notices
-- ARGV 1 operation, 2 name of the consent, 3 its id, 4 sealed event ('' none)
-- The owner takes an app's access away: the consent, and every grant under it in whatever browser. The codes that
-- were issued under it find no consent.
-- Result: number of grants that ended (or were ended by this operation), -1 there is no such consent
local text = redis.call('HGET', KEYS[1], ARGV[2])
local c = text and cjson.decode(text) or {}
if c.id ~= ARGV[3] then
  local done = endedBy(KEYS[3], ARGV[3]) or ''
  return done:sub(1, #ARGV[1] + 1) == ARGV[1] .. ' ' and tonumber(done:sub(#ARGV[1] + 2)) or -1
end
local ended = 0
for name in string.gmatch(c.grants, '[^,]+') do
  if grantOrSweep(KEYS[2], name) then
    redis.call('HDEL', KEYS[2], name)
    ended = ended + 1
  end
  leaveTombstone(KEYS[3], name, ARGV[1])
end
redis.call('HDEL', KEYS[1], ARGV[2])
oweNotice(KEYS[5], ARGV[2], c.browsers or ',', 1)
leaveTombstone(KEYS[3], ARGV[3], ARGV[1] .. ' ' .. ended)
record(KEYS[4], ARGV[4], ARGV[1])
return ended
