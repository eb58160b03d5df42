-- KEYS 1 activity
-- ARGV 1 operation, 2 id of the first entry that was read, 3 of the last, 4 how many, 5 and on: id of an entry, number of its
--      texts, its texts (names and values by turns)
-- Writes all entries as they are told, each under its id, unless one has come or gone since they were read.
-- Result: 1
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not first or first[1] ~= ARGV[2] or last[1] ~= ARGV[3] then return 1 end
if redis.call('XLEN', KEYS[1]) ~= tonumber(ARGV[4]) then return 1 end
redis.call('DEL', KEYS[1])
local i = 5
while i <= #ARGV do
  local count = tonumber(ARGV[i + 1])
  redis.call('XADD', KEYS[1], ARGV[i], unpack(ARGV, i + 2, i + 1 + count))
  i = i + 2 + count
end
return 1
