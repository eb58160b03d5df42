-- KEYS 1 all, 2 client, 3 network, 4 share (of the network for the client)
-- PRELUDES live, time
-- ARGV 1 operation, 2 lifetime ms, 3 name of what waits, 4 cap of all, 5 cap of the client, 6 cap of the network,
--      7 most codes of the network within a minute
-- Counts what waits in place of a code, such as a device's pushed request, while it lives.
-- Result: '' reserved, or the number of the cap that refused (see `refusalOf`)
local at, life = now(), tonumber(ARGV[2])
local refused = refusalOf(KEYS, at, life, { ARGV[4], ARGV[5], ARGV[6], ARGV[7] })
-- Asked only when a cap refuses, which is seldom.
if refused ~= '' then return redis.call('ZSCORE', KEYS[3], ARGV[3]) and '' or refused end
takePlace(KEYS, at, life, ARGV[3])
for i = 1, 4 do tidy(KEYS[i], at, life) end
return ''
