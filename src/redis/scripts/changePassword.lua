-- KEYS 1 account, 2 activity, 3 grants, 4 browsers, 5 trusted, 6 grantsSnapshot, 7 browsersSnapshot,
--      8 trustedSnapshot, 9 consents, 10 notices
-- PRELUDES account, epoch, events
-- ARGV 1 operation, 2 how long the snapshots stay, ms, 3 epoch read beside the old password,
--      4 credentials that were read, 5 new sealed credentials, 6 sealed event ('' none),
--      7 browser that stays ('' none), 8 and on: what it is afterwards, see admit
-- Replaces the password by compare-and-set and ends everything that was proved with the old one. Of two changes
-- at once one wins; a browser that has been signed out meanwhile changes nothing.
-- Result: nil refused, or {new epoch, grants ended, browsers ended}
local done = redis.call('HMGET', KEYS[1], 'endop', 'endresult', 'credentials')
if done[1] == ARGV[1] then return cjson.decode(done[2]) end
if not open(KEYS[1], ARGV[3]) or done[3] ~= ARGV[4] then return false end
local result = endAllBut(KEYS, ARGV[2], ARGV[7], { unpack(ARGV, 8) }, ARGV[1])
if not result then return false end
redis.call('HSET', KEYS[1], 'credentials', ARGV[5], 'passop', ARGV[1], 'endop', ARGV[1], 'endresult',
  cjson.encode(result))
record(KEYS[2], ARGV[6], ARGV[1])
return result
