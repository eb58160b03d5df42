-- KEYS 1 receivers
-- PRELUDES time
-- ARGV 1 operation, 2 receiver, 3 'on' or 'off', 4 on: only where it is off for this reason; '' for any
-- A receiver is switched. What it has failed to take before it is on again counts no more. One that is off by itself
-- is the operator's from now on, who switches it off.
-- Result: 1 where this has switched it, also when it is run again
local state = cjson.decode(redis.call('HGET', KEYS[1], ARGV[2]) or '{}')
if state.switched == ARGV[1] then return 1 end
local off = state.off
if ARGV[3] == 'off' then
  if off and off.why == 'operator' then return 0 end
  state.off = { at = now(), why = 'operator', by = ARGV[1] }
else
  if not off or ARGV[4] ~= '' and off.why ~= ARGV[4] then return 0 end
  state.off, state.failing, state.reason = nil, nil, nil
end
state.switched = ARGV[1]
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
return 1
