-- KEYS 1 linkKeys, 2 ended, 3 activity
-- PRELUDES ended, events
-- ARGV 1 operation, 2 id of the key, 3 sealed event
-- From here on it links nothing, not even a machine that has presented it and not got its tokens yet.
-- Result: 1 ended (or already by this operation), 0 there is no such key
local found = redis.call('HGETALL', KEYS[1])
for i = 1, #found, 2 do
  if cjson.decode(found[i + 1]).id == ARGV[2] then
    redis.call('HDEL', KEYS[1], found[i])
    leaveTombstone(KEYS[2], ARGV[2], ARGV[1])
    record(KEYS[3], ARGV[3], ARGV[1])
    return 1
  end
end
return endedBy(KEYS[2], ARGV[2]) == ARGV[1] and 1 or 0
