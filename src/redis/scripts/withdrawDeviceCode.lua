-- KEYS 1 deviceCode
-- PRELUDES time
-- ARGV 1 operation, 2 sealed payload
-- approved -> denied: its owner has thought better of it before the device came. A code that is used up stays so.
-- Result: 1 done (or already done by this operation), 0 the code was not approved, has moved on or expired
local c = redis.call('HMGET', KEYS[1], 'state', 'exp', 'decideop')
if c[3] == ARGV[1] then return 1 end
if c[1] ~= 'approved' or tonumber(c[2]) <= now() then return 0 end
redis.call('HSET', KEYS[1], 'state', 'denied', 'decideop', ARGV[1], 'payload', ARGV[2])
return 1
