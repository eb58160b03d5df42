-- KEYS 1 account, 2 linkKeys, 3 activity
-- PRELUDES account, events, time
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 name of the key, 4 its id, 5 lifetime ms, 6 uses, 7 sealed facts,
--      8 sealed event, 9 most living keys
-- An owner makes a key. What has ended, by time or by an end of everything, leaves.
-- Result: 1 made (or already by this operation), 0 refused, -1 there are as many as may be
local present = redis.call('HGET', KEYS[2], ARGV[3])
if present then return cjson.decode(present).op == ARGV[1] and 1 or 0 end
if not open(KEYS[1], ARGV[2]) then return 0 end
local at, living, found = now(), 0, redis.call('HGETALL', KEYS[2])
for i = 1, #found, 2 do
  local k = cjson.decode(found[i + 1])
  if k.till <= at or k.epoch ~= ARGV[2] then redis.call('HDEL', KEYS[2], found[i]) else living = living + 1 end
end
if living >= tonumber(ARGV[9]) then return -1 end
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode({ id = ARGV[4], epoch = ARGV[2], since = at, till = at + ARGV[5],
  left = tonumber(ARGV[6]), waits = ',', told = 0, why = '', facts = ARGV[7], op = ARGV[1] }))
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
record(KEYS[3], ARGV[8], ARGV[1])
return 1
