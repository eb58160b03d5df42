-- KEYS 1 account, 2 activity
-- PRELUDES account, events, time
-- ARGV 1 operation, 2 epoch ('' whichever it is: the operator asks), 3 in how long, ms, 4 sealed event ('' none)
-- Sets the time at which the account closes: a later wish does not put it off.
-- Result: nil refused, or when it closes, as text
local status = redis.call('HGET', KEYS[1], 'status')
if ARGV[2] == '' and (not status or status == 'closed') then return false end
if ARGV[2] ~= '' and not open(KEYS[1], ARGV[2]) then return false end
local at, wanted = redis.call('HGET', KEYS[1], 'closes'), now() + ARGV[3]
if at and tonumber(at) <= wanted then return at end
at = string.format('%.0f', wanted)
redis.call('HSET', KEYS[1], 'closes', at, 'closeop', ARGV[1])
record(KEYS[2], ARGV[4], ARGV[1])
return at
