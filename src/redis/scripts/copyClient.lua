-- KEYS 1 client (under its new name)
-- ARGV 1 operation, 2 lifetime ms, 3 version, 4 sealed payload, 5 owner (HMAC; '' none), 6 version that it may have ('' none)
-- A registered client as it stands under the name of a former secret. One that was changed here since stays.
-- Result: 1 it is here, 0 it was changed
local version = redis.call('HGET', KEYS[1], 'v')
if version == ARGV[3] then return 1 end
if (version or '') ~= ARGV[6] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[3], 'payload', ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'o', ARGV[5]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
