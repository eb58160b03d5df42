-- KEYS 1 clientStates, 2 operatorClients, 3 clientEvents
-- PRELUDES events
-- ARGV 1 operation, 2 cap, 3 cap of clients of which is kept for good what was done, 4 version that was read ('' a new one),
--      5 sealed payload, 6 sealed event ('' none), 7 and on: names of the client
-- Writes a client of the operator as a whole, unless another request has changed it since it was read. One that was removed
-- does not come back, and an id that was deleted is never given again. `v` changes with every change.
-- What was done to clients is kept for good, but for those that registered themselves: so none is made anew where that
-- is so of very many.
-- Result: 1 written, 0 changed meanwhile, -1 gone, -2 there already, -3 as many are there as may be, -4 deleted for good
local function forGood(states, most)
  if redis.call('HLEN', states) <= most then return 0 end
  local count = 0
  for _, text in ipairs(redis.call('HVALS', states)) do
    if not string.find(text, '"registered":true', 1, true) then count = count + 1 end
  end
  return count
end
local found, kept
for i = 7, #ARGV do
  local text = redis.call('HGET', KEYS[2], ARGV[i])
  if text then found, kept = ARGV[i], cjson.decode(text) end
  local state = redis.call('HGET', KEYS[1], ARGV[i])
  if state and cjson.decode(state).status == 'deleted' then return -4 end
end
if kept and kept.v == ARGV[1] then return 1 end
if ARGV[4] == '' then
  if kept then return -2 end
  local count = redis.call('HLEN', KEYS[2]) - redis.call('HEXISTS', KEYS[2], 'v')
  if count >= tonumber(ARGV[2]) or forGood(KEYS[1], tonumber(ARGV[3])) > tonumber(ARGV[3]) then return -3 end
else
  if not kept then return -1 end
  if kept.v ~= ARGV[4] then return 0 end
end
redis.call('HSET', KEYS[2], ARGV[7], cjson.encode({ v = ARGV[1], payload = ARGV[5] }), 'v', ARGV[1])
if found and found ~= ARGV[7] then redis.call('HDEL', KEYS[2], found) end
record(KEYS[3], ARGV[6], ARGV[1])
return 1
