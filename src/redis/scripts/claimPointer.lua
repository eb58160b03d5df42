-- KEYS 1 pointer
-- ARGV 1 operation, 2 account
-- Points an email, or a person at a provider, at its account, unless it has one.
-- Result: 1 claimed, 0 taken
local owner = redis.call('GET', KEYS[1])
if owner then return owner == ARGV[2] and 1 or 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
