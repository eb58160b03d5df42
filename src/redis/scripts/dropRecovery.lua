-- KEYS 1 account, 2 activity
-- PRELUDES events, recovery
-- ARGV 1 operation, 2 time of the event, ms, 3 sealed event
-- The owner has not asked for the removal of the second step that an event tells of. One that was asked for after
-- the event is another one, and goes on.
-- Result: 1 cancelled (or already by this operation), 0 there is none
local r = recovery(KEYS[1], redis.call('HGET', KEYS[1], 'epoch'))
if not r or r.at > tonumber(ARGV[2]) then
  return redis.call('HGET', KEYS[1], 'dropop') == ARGV[1] and 1 or 0
end
redis.call('HDEL', KEYS[1], 'recovery')
redis.call('HSET', KEYS[1], 'dropop', ARGV[1])
record(KEYS[2], ARGV[3], ARGV[1])
return 1
