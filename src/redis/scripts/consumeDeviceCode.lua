-- KEYS 1 deviceCode
-- PRELUDES time
-- ARGV 1 operation
-- approved -> consumed for exactly one caller. A denied code is left as it is: its answer may be repeated.
-- Result: 'consumed' | 'denied' | 'lost'
local c = redis.call('HMGET', KEYS[1], 'state', 'exp', 'consumeop')
if c[1] == 'denied' then return 'denied' end
if c[1] == 'consumed' and c[3] == ARGV[1] then return 'consumed' end
if c[1] ~= 'approved' or tonumber(c[2]) <= now() then return 'lost' end
redis.call('HSET', KEYS[1], 'state', 'consumed', 'consumeop', ARGV[1])
redis.call('HDEL', KEYS[1], 'payload')
return 'consumed'
