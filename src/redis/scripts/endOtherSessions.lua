-- KEYS 1 account, 2 browsers, 3 ended, 4 activity, 5 consents, 6 notices
-- PRELUDES account, ended, events, notices, room, time
-- ARGV 1 operation, 2 epoch, 3 browser that stays, 4 sealed event ('' none)
-- Signs out every browser of the account but one, which must be signed in itself. One past its end leaves uncounted.
-- Result: number of browsers that were signed out (or were by this operation), -1 refused
local done = endedBy(KEYS[3], ARGV[3] .. ':others') or ''
if done:sub(1, #ARGV[1] + 1) == ARGV[1] .. ' ' then return tonumber(done:sub(#ARGV[1] + 2)) end
if not open(KEYS[1], ARGV[2]) or redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then return -1 end
local ended, at, found, gone = 0, now(), redis.call('HGETALL', KEYS[2]), ','
for i = 1, #found, 2 do
  if found[i] ~= ARGV[3] then
    redis.call('HDEL', KEYS[2], found[i])
    leaveTombstone(KEYS[3], found[i], ARGV[1])
    gone = gone .. found[i] .. ','
    if not isDead(cjson.decode(found[i + 1]), at) then ended = ended + 1 end
  end
end
leaveTombstone(KEYS[3], ARGV[3] .. ':others', ARGV[1] .. ' ' .. ended)
oweOfBrowsers(KEYS[5], KEYS[6], gone)
if ended > 0 then record(KEYS[4], ARGV[4], ARGV[1]) end
return ended
