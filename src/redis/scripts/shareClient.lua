-- KEYS 1 client
-- ARGV 1 operation, 2 owner (HMAC)
-- An owner uses a client: `o` is that owner, or '*' once it was used by two. One that is gone does not come back.
-- Result: 1 there, 0 gone
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local owner = redis.call('HGET', KEYS[1], 'o')
if owner ~= ARGV[2] and owner ~= '*' then redis.call('HSET', KEYS[1], 'o', owner and '*' or ARGV[2]) end
return 1
