-- KEYS 1 account, 2 activity
-- PRELUDES account, events, time
-- ARGV 1 operation, 2 epoch, 3 in how long, ms, 4 sealed event ('' none)
-- Sets the time at which the account closes, once: a later wish does not put it off.
-- Result: nil refused, or when it closes, as text
if not open(KEYS[1], ARGV[2]) then return false end
local at = redis.call('HGET', KEYS[1], 'closes')
if at then return at end
at = string.format('%.0f', now() + ARGV[3])
redis.call('HSET', KEYS[1], 'closes', at, 'closeop', ARGV[1])
record(KEYS[2], ARGV[4], ARGV[1])
return at
