-- KEYS 1 account, 2 grants, 3 browsers, 4 sealed copy of the grants, 5 sealed copy of the browsers,
--      6 activity
-- ARGV 1 operation, 2 how long the sealed copies stay, ms, 3 sealed event ('' none)
-- Raises the epoch: from here on nothing that was proved before it is accepted. Constant in the number of
-- devices, since the hashes are renamed and not walked.
-- Result: nil no such account, or {new epoch, grants ended, browsers ended}
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local done = redis.call('HMGET', KEYS[1], 'endop', 'endresult')
if done[1] == ARGV[1] then return cjson.decode(done[2]) end
local result = endAll(KEYS, ARGV[2])
redis.call('HSET', KEYS[1], 'endop', ARGV[1], 'endresult', cjson.encode(result))
note(KEYS[6], ARGV[3], ARGV[1])
return result
