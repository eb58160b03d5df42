-- KEYS 1 account, 2 activity, 3 grants, 4 browsers, 5 trusted, 6 grantsSnapshot, 7 browsersSnapshot,
--      8 trustedSnapshot, 9 consents, 10 notices
-- PRELUDES account, epoch, events
-- ARGV 1 operation, 2 how long the snapshots stay, ms, 3 sealed event ('' none), 4 epoch under which it is
--      asked for ('' any), 5 browser that stays ('' none), 6 and on: what it is afterwards, see admit
-- Raises the epoch: from here on nothing that was proved before it is accepted. Constant in the number of
-- devices, since the hashes are renamed and not walked.
-- Result: nil refused: no such account, or the asking browser is signed out; or {new epoch, grants ended, browsers ended}
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local done = redis.call('HMGET', KEYS[1], 'endop', 'endresult')
if done[1] == ARGV[1] then return cjson.decode(done[2]) end
if ARGV[4] ~= '' and not open(KEYS[1], ARGV[4]) then return false end
local result = endAllBut(KEYS, ARGV[2], ARGV[5], { unpack(ARGV, 6) }, ARGV[1])
if not result then return false end
redis.call('HSET', KEYS[1], 'endop', ARGV[1], 'endresult', cjson.encode(result))
record(KEYS[2], ARGV[3], ARGV[1])
return result
