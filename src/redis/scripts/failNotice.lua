-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done
-- PRELUDES queues, time
-- ARGV 1 operation, 2 notice, 3 hold, 4 pause before the next try, ms, 5 how long an idle queue
--      stays, ms
-- The receiver did not take it: it is tried again later.
-- Result: 1; nothing has changed where another server has taken over
local state = heldBy(KEYS, ARGV[2], ARGV[3])
if not state then return 1 end
redis.call('HSET', KEYS[3], ARGV[2], cjson.encode({ body = state.body, tries = state.tries + 1 }))
redis.call('ZADD', KEYS[1], now() + ARGV[4], ARGV[2])
for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
return 1
