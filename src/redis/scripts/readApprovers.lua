-- KEYS 1 approvals (accounts that approved codes from a network, by when)
-- PRELUDES time
-- ARGV 1 HMAC of the account that asks, 2 how long an approval counts, ms
-- Result: how many other accounts approved one within that time
local since = now() - ARGV[2]
local own = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
return redis.call('ZCOUNT', KEYS[1], '(' .. since, '+inf') - (own > since and 1 or 0)
