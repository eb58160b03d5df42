-- KEYS 1 account, 2 activity, 3 grants, 4 browsers, 5 trusted, 6 grantsSnapshot, 7 browsersSnapshot,
--      8 trustedSnapshot, 9 consents, 10 notices, 11 factors, 12 voiceCode, 13 voiceLimits, 14 upstream
-- PRELUDES epoch, events, factors
-- ARGV 1 operation, 2 how long the snapshots stay, ms, 3 sealed event of the end,
--      4 what is taken back: '' | 'factor' | 'upstream' | 'voice-code' | 'voice-limits' | 'closing' | 'password' | 'profile',
--      5 entry of the event that made it ('' any), 6 factor, provider, or the profile that was read,
--      7 new sealed credentials or profile, 8 sealed event of what is taken back
-- The owner has not done what an event tells of: it is taken back, and everything ends, in one step. What the
-- owner has made in its place since stays: it was made by another operation than the event was.
-- Result: nil refused: no such account, closed, or another profile by now; or 1 taken back, 0 it was gone already
local a = redis.call('HMGET', KEYS[1], 'status', 'endop', 'endresult', 'profile', 'passop', 'closeop')
if not a[1] or a[1] == 'closed' then return false end
if a[2] == ARGV[1] then return cjson.decode(a[3])[4] end
local what, taken = ARGV[4], 0
if what == 'profile' and a[4] ~= ARGV[6] then return false end
local entry = ARGV[5] ~= '' and redis.call('XRANGE', KEYS[2], ARGV[5], ARGV[5])[1]
local made, voice = entry and entry[2][4], ({ ['voice-code'] = KEYS[12], ['voice-limits'] = KEYS[13] })[what]
if what == 'factor' or what == 'upstream' then
  local hash = what == 'factor' and KEYS[11] or KEYS[14]
  local text = redis.call('HGET', hash, ARGV[6])
  if text and (ARGV[5] == '' or cjson.decode(text).op == made) then
    taken = redis.call('HDEL', hash, ARGV[6])
    if not backed(KEYS[11]) then redis.call('UNLINK', KEYS[11]) end
  end
elseif voice and redis.call('HGET', voice, 'op') == made then
  taken = redis.call('UNLINK', voice)
elseif what == 'closing' and a[6] == made then
  taken = redis.call('HDEL', KEYS[1], 'closes')
elseif what == 'password' and a[5] == made then
  taken = redis.call('HSET', KEYS[1], 'credentials', ARGV[7], 'passop', ARGV[1]) and 1
elseif what == 'profile' then
  taken = redis.call('HSET', KEYS[1], 'profile', ARGV[7]) and 1
end
redis.call('HDEL', KEYS[1], 'recovery')
local result = endAll(KEYS, ARGV[2])
result[4] = taken
redis.call('HSET', KEYS[1], 'endop', ARGV[1], 'endresult', cjson.encode(result))
if taken == 1 then record(KEYS[2], ARGV[8], ARGV[1]) end
record(KEYS[2], ARGV[3], ARGV[1])
return taken
