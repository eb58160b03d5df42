-- KEYS 1 account, 2 grants, 3 browsers, 4 sealed copy of the grants, 5 sealed copy of the browsers,
--      6 activity, 7 trusted browsers
-- ARGV 1 operation, 2 how long the sealed copies stay, ms, 3 epoch read beside the old password,
--      4 credentials that were read, 5 new sealed credentials, 6 sealed event ('' none),
--      7 browser that stays ('' none), 8 and on: what it is afterwards, see admit: another uid, so that nothing
--      that is under way in the name of the old one reaches it
-- Replaces the password by compare-and-set and ends everything that was proved with the old one. Of two changes
-- at once one wins; a browser that has been signed out meanwhile changes nothing.
-- Result: nil refused, or {new epoch, grants ended, browsers ended}
local done = redis.call('HMGET', KEYS[1], 'endop', 'endresult', 'credentials')
if done[1] == ARGV[1] then return cjson.decode(done[2]) end
if not open(KEYS[1], ARGV[3]) or done[3] ~= ARGV[4] then return false end
local stays = ARGV[7] ~= ''
if stays and redis.call('HEXISTS', KEYS[3], ARGV[7]) == 0 then return false end
local result = endAll(KEYS, ARGV[2])
redis.call('UNLINK', KEYS[7])
if stays then
  result[3] = result[3] - 1
  admit(KEYS[3], result[1], { unpack(ARGV, 8) }, ARGV[1])
end
redis.call('HSET', KEYS[1], 'credentials', ARGV[5], 'endop', ARGV[1], 'endresult', cjson.encode(result))
note(KEYS[6], ARGV[6], ARGV[1])
return result
