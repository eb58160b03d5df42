-- KEYS 1 all, 2 client, 3 network, 4 share (of the network for the client), 5 userCode, 6 deviceCode
-- PRELUDES codes, live, time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the code, 4 cap of all, 5 cap of the client, 6 cap of the network,
--      7 most codes of the network within a minute, 8 client, 9 base interval ms, 10 sealed payload,
--      11 epoch of the client
-- A device code with its user code and its place among the live ones, all or nothing; for a store in which all keys are in
-- one place. Never touches an existing code; a user code that a live code has is not given to another (RFC 8628 section 6.1).
-- Result: '' created (or already by this operation), the number of the cap that refused (see `refusalOf`), 'taken'
local known = redis.call('HGET', KEYS[6], 'op')
if known then return known == ARGV[1] and '' or 'taken' end
local at, life = now(), tonumber(ARGV[2])
local refused = refusalOf(KEYS, at, life, { ARGV[4], ARGV[5], ARGV[6], ARGV[7] })
if refused ~= '' then return refused end
if redis.call('EXISTS', KEYS[5]) == 1 then return 'taken' end
insertCode(KEYS[6], ARGV[1], at, life, ARGV[8], ARGV[9], ARGV[10], ARGV[11])
redis.call('SET', KEYS[5], ARGV[3], 'PX', life)
takePlace(KEYS, at, life, ARGV[3])
return ''
