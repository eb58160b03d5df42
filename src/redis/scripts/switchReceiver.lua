-- KEYS 1 receivers
-- PRELUDES time
-- ARGV 1 operation, 2 receiver, 3 'on' or 'off'
-- The operator switches a receiver. What it has failed to take before it is on again counts no more.
-- Result: 1 where this has switched it, also when it is run again
local state = cjson.decode(redis.call('HGET', KEYS[1], ARGV[2]) or '{}')
if state.switched == ARGV[1] then return 1 end
if (ARGV[3] == 'off') == (state.off ~= nil) then return 0 end
state.off = ARGV[3] == 'off' and { at = now(), why = 'operator', by = ARGV[1] } or nil
if not state.off then state.failing, state.reason = nil, nil end
state.switched = ARGV[1]
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
return 1
