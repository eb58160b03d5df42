-- KEYS 1 client
-- ARGV 1 operation, 2 lifetime ms (0: as it stands), 3 version that was read ('' none), 4 sealed payload
-- Writes a registered client as a whole, unless another request has changed it since it was read. One that was removed
-- does not come back.
-- Result: 1 written, 0 changed meanwhile, -1 gone
local version = redis.call('HGET', KEYS[1], 'v')
if version == ARGV[1] then return 1 end
if ARGV[3] ~= '' and not version then return -1 end
if (version or '') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'payload', ARGV[4])
if ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
