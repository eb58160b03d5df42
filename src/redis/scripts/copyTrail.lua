-- KEYS 1 anew (a stream that will take the place of a trail)
-- ARGV 1 operation, 2 id of its newest entry ('' for none), 3 and on: id of an entry, sealed entry, its operation
-- Adds entries of the trail, each under its id, unless others have been added since.
-- Result: 1, or 0: nothing was added
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if (last and last[1] or '') == ARGV[#ARGV - 2] then return 1 end
if (last and last[1] or '') ~= ARGV[2] then return 0 end
for i = 3, #ARGV, 3 do redis.call('XADD', KEYS[1], ARGV[i], 'call', ARGV[i + 1], 'op', ARGV[i + 2]) end
return 1
