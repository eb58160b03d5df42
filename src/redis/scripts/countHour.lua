-- KEYS 1 stats (counters of one hour)
-- ARGV 1 operation, 2 milliseconds for which they are kept, then pairs: counter, how many more
-- Adds what one process has counted in this hour. Where another process adds between a call and its repeat, the repeat
-- counts again.
-- Result: 1
if redis.call('HGET', KEYS[1], 'op') == ARGV[1] then return 1 end
for at = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('HSET', KEYS[1], 'op', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
