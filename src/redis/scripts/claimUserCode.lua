-- KEYS 1 userCode
-- ARGV 1 operation, 2 lifetime ms, 3 name of the device code
-- Points a user code at its device code, unless a live one has it (RFC 8628 section 6.1).
-- Result: 1 claimed, 0 taken
local owner = redis.call('GET', KEYS[1])
if owner then return owner == ARGV[3] and 1 or 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
return 1
