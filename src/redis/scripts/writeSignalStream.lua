-- KEYS 1 streams
-- PRELUDES time
-- ARGV 1 operation, 2 cap, 3 version that was read ('' a new one), 4 sealed payload, 5 and on: names of the client
-- Writes the stream of a client as a whole, unless another request has changed it since it was read. One that was
-- removed does not come back. `v` changes with every change; since when a stream hears stays.
-- Result: 1 written, 0 changed meanwhile, -1 gone, -2 there already, -3 as many are there as may be
local found, kept
for i = 5, #ARGV do
  local text = redis.call('HGET', KEYS[1], ARGV[i])
  if text then found, kept = ARGV[i], cjson.decode(text) end
end
if kept and kept.v == ARGV[1] then return 1 end
if ARGV[3] == '' then
  if kept then return -2 end
  local count = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], 'v')
  if count >= tonumber(ARGV[2]) then return -3 end
else
  if not kept then return -1 end
  if kept.v ~= ARGV[3] then return 0 end
end
local stream = { v = ARGV[1], since = kept and kept.since or now(), payload = ARGV[4] }
redis.call('HSET', KEYS[1], ARGV[5], cjson.encode(stream), 'v', ARGV[1])
if found and found ~= ARGV[5] then redis.call('HDEL', KEYS[1], found) end
return 1
