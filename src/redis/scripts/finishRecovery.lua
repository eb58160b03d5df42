-- KEYS 1 account, 2 activity, 3 grants, 4 browsers, 5 trusted, 6 grantsSnapshot, 7 browsersSnapshot,
--      8 trustedSnapshot, 9 consents, 10 notices, 11 factors
-- PRELUDES account, epoch, events, recovery, sessions, time
-- ARGV 1 operation, 2 how long the snapshots stay, ms, 3 epoch read beside the password hash, 4 sealed event,
--      5 and on: the browser that signs in, see admit
-- Carries out a request whose wait is over: all factors go, everything ends as by a sign-out of everything, and the
-- browser that asked is signed in under the new epoch. Of several at once one wins.
-- Result: nil refused: no request of this epoch, too soon, or cancelled; or {new epoch, grants ended, browsers ended}
local done = redis.call('HMGET', KEYS[1], 'endop', 'endresult')
if done[1] == ARGV[1] then return cjson.decode(done[2]) end
if not open(KEYS[1], ARGV[3]) then return false end
local r = recovery(KEYS[1], ARGV[3])
if not r or r.opens > now() or redis.call('EXISTS', KEYS[11]) == 0 then return false end
redis.call('UNLINK', KEYS[11])
redis.call('HDEL', KEYS[1], 'recovery')
local result = endAll(KEYS, ARGV[2])
admit(KEYS[4], result[1], { unpack(ARGV, 5) }, ARGV[1])
redis.call('HSET', KEYS[1], 'endop', ARGV[1], 'endresult', cjson.encode(result))
record(KEYS[2], ARGV[4], ARGV[1])
return result
