-- KEYS 1 all, 2 client, 3 network, 4 share (of the network for the client), 5 userCode
-- PRELUDES live, time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the code, 4 cap of all, 5 cap of the client, 6 cap of the network,
--      7 most codes of the network within a minute
-- Points a user code at its device code, unless a live one has it, and counts the code: the other part of
-- `createDeviceCode`, where the device code is in a slot of its own.
-- Result: '' claimed, the number of the cap that refused (see `refusalOf`), 'taken'
local owner = redis.call('GET', KEYS[5])
if owner == ARGV[3] then return '' end
local at, life = now(), tonumber(ARGV[2])
local refused = refusalOf(KEYS, at, life, { ARGV[4], ARGV[5], ARGV[6], ARGV[7] })
if refused ~= '' then return refused end
if owner then return 'taken' end
redis.call('SET', KEYS[5], ARGV[3], 'PX', life)
takePlace(KEYS, at, life, ARGV[3])
for i = 1, 4 do tidy(KEYS[i], at, life) end
return ''
