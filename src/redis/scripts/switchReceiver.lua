-- KEYS 1 receivers
-- PRELUDES time
-- ARGV 1 operation, 2 receiver, 3 'on' or 'off', 4 on: only where it is off for this reason; '' for any
-- A receiver is switched. What it has failed to take before it is switched on counts no more, also where it was on.
-- One that is off by itself is the operator's from now on, who switches it off.
-- Result: 1 where this has switched it, also when it is run again
local state = cjson.decode(redis.call('HGET', KEYS[1], ARGV[2]) or '{}')
if state.switched == ARGV[1] then return 1 end
local off = state.off
if ARGV[3] == 'off' then
  if off and off.why == 'operator' then return 0 end
  state.off = { at = now(), why = 'operator', by = ARGV[1] }
else
  if off and ARGV[4] ~= '' and off.why ~= ARGV[4] or not off and not state.failing then return 0 end
  state.off, state.failing, state.reason = nil, nil, nil
end
if off or ARGV[3] == 'off' then state.switched = ARGV[1] end
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
return (off or ARGV[3] == 'off') and 1 or 0
