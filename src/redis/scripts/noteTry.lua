-- KEYS 1 receivers
-- PRELUDES time
-- ARGV 1 operation, 2 receiver, 3 'taken', 'failed' or 'gone', 4 reason, 5 how long it may take nothing, ms
-- What became of a try to tell a receiver. One that says that it is gone is off from now on, and so is one that has
-- taken nothing for so long.
-- Result: 1 where this has switched it off, also when it is run again
local state = cjson.decode(redis.call('HGET', KEYS[1], ARGV[2]) or '{}')
if state.noted == ARGV[1] then return state.off and state.off.by == ARGV[1] and 1 or 0 end
state.noted = ARGV[1]
if ARGV[3] == 'taken' then
  state.taken, state.failing, state.reason = now(), nil, nil
else
  state.failing, state.reason = state.failing or now(), ARGV[4]
  local why = ARGV[3] == 'gone' and 'gone' or now() - state.failing >= tonumber(ARGV[5]) and 'silent'
  if why and not state.off then state.off = { at = now(), why = why, by = ARGV[1] } end
end
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
return state.off and state.off.by == ARGV[1] and 1 or 0
