-- KEYS 1 account, 2 factors
-- PRELUDES account
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 factor, 4 payload that was read, 5 new sealed payload
-- Replaces what is sealed of a factor, which is its name: by compare-and-set, so that of two at once none is lost.
-- Result: 1 replaced, 0 refused
if not open(KEYS[1], ARGV[2]) then return 0 end
local text = redis.call('HGET', KEYS[2], ARGV[3])
if not text then return 0 end
local f = cjson.decode(text)
if f.payload == ARGV[5] then return 1 end
if f.payload ~= ARGV[4] then return 0 end
f.payload = ARGV[5]
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode(f))
return 1
