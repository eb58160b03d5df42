-- KEYS 1 clientStates
-- PRELUDES time
-- ARGV 1 operation, 2 milliseconds, 3 and on: names of clients that registered themselves and are not there any more
-- Forgets those to which nothing was done for so long: what they were given has ended, and no id is given twice.
-- Repeated, it finds nothing left to forget.
local old = {}
for i = 3, #ARGV do
  local text = redis.call('HGET', KEYS[1], ARGV[i])
  local c = text and cjson.decode(text)
  if c and c.registered and c.moved[#c.moved] < now() - tonumber(ARGV[2]) then old[#old + 1] = ARGV[i] end
end
if #old == 0 then return end
redis.call('HSET', KEYS[1], 'v', ARGV[1])
redis.call('HDEL', KEYS[1], unpack(old))
