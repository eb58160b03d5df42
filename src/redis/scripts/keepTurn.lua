-- KEYS 1 owed, 2 dueCritical, 3 dueNotify, 4 dueRetry
-- PRELUDES owed, time
-- ARGV 1 operation, 2 receiver, 3 hold, 4 how long from now, ms
-- A mail that takes long is not taken over by another server while its own is alive.
-- Result: 1; nothing has changed where another server has taken over
local state = readOwed(KEYS, ARGV[2])
local _, kind = turnOf(KEYS, ARGV[2])
if not state or not kind or state.hold ~= ARGV[3] then return 1 end
if state.kept == ARGV[1] then return 1 end
state.kept = ARGV[1]
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
redis.call('ZADD', KEYS[kind], now() + ARGV[4], ARGV[2])
return 1
