-- KEYS 1 deviceCode
-- PRELUDES time
-- ARGV 1 operation, 2 'approved' | 'denied', 3 sealed payload, 4 sealed: who decided, and what came of it ('' not an owner)
-- pending -> approved, pending -> denied; no other step exists, and a code that is gone stays gone.
-- Result: 1 done (or already done by this operation), 0 the code had moved on or expired
local c = redis.call('HMGET', KEYS[1], 'state', 'exp', 'decideop')
if c[3] == ARGV[1] then return 1 end
if c[1] ~= 'pending' or tonumber(c[2]) <= now() then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'decideop', ARGV[1], 'payload', ARGV[3], 'by', ARGV[4])
return 1
