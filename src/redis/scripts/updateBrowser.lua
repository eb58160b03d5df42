-- KEYS 1 account, 2 browsers
-- ARGV 1 operation, 2 browser, 3 sealed payload
-- Saves what a signed-in browser carries. Update only: a save that was under way when the browser was signed
-- out brings nothing back.
-- Result: 1 saved, 0 there is no such browser any more
local text = redis.call('HGET', KEYS[2], ARGV[2])
if not text then return 0 end
local b = cjson.decode(text)
if not open(KEYS[1], b.epoch) then return 0 end
b.payload = ARGV[3]
redis.call('HSET', KEYS[2], ARGV[2], cjson.encode(b))
return 1
