-- KEYS 1 grants, 2 ended
-- PRELUDES ended
-- ARGV 1 operation
-- Ends the grants of codes that were approved and are not redeemed yet: no row anywhere, and no alert.
-- Result: 1
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if cjson.decode(all[i + 1]).st == 'waiting' then
    redis.call('HDEL', KEYS[1], all[i])
    leaveTombstone(KEYS[2], all[i], ARGV[1])
  end
end
return 1
