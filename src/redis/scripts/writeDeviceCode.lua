-- KEYS 1 deviceCode
-- PRELUDES codes, time
-- ARGV 1 operation, 2 lifetime ms, 3 client, 4 base interval ms, 5 sealed payload, 6 epoch of the client
-- Inserts a pending code, and never touches an existing one: its part of `createDeviceCode` where it is in a slot of its own.
-- Result: 1 created (or already created by this operation), 0 the id is taken
local known = redis.call('HGET', KEYS[1], 'op')
if known then return known == ARGV[1] and 1 or 0 end
insertCode(KEYS[1], ARGV[1], now(), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5], ARGV[6])
return 1
