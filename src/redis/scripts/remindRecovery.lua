-- KEYS 1 account, 2 activity
-- PRELUDES events, recovery, time
-- ARGV 1 operation, 2 how long before it can be carried out it is announced, ms, 3 and 4 sealed events: soon, now
-- Announces a request that stands: once when it can be carried out soon, unless its whole wait is no longer than that,
-- and once when it can be now. What was announced stands with the request, so a repeat announces nothing.
-- Result: nil nothing is left to be announced, or when to look again
local r = recovery(KEYS[1], redis.call('HGET', KEYS[1], 'epoch') or '')
if not r then return false end
local soon = r.opens - math.min(ARGV[2], r.opens - r.at)
local stage = r.opens <= now() and 2 or (soon > r.at and soon <= now()) and 1 or 0
if stage > (r.told or 0) then
  r.told = stage
  redis.call('HSET', KEYS[1], 'recovery', cjson.encode(r))
  record(KEYS[2], ARGV[stage + 2], ARGV[1])
end
if stage == 2 then return false end
return (stage == 1 or soon <= r.at) and r.opens or soon
