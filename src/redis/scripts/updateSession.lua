-- KEYS 1 account, 2 browsers
-- PRELUDES account, lists
-- ARGV 1 operation, 2 browser, 3 sealed payload, 4 name of the session id, 5 and on: its names under older secrets
-- Saves what a signed-in browser carries. Update only: a save that was under way when the browser was signed
-- out brings nothing back. A session id that is new to the browser replaces the one before, which is dead then.
-- Result: 1 saved, 0 there is no such browser any more, or the session id is a former one
local text = redis.call('HGET', KEYS[2], ARGV[2])
if not text then return 0 end
local b, same = cjson.decode(text), false
if not open(KEYS[1], b.epoch) then return 0 end
for i = 4, #ARGV do
  if has(b.former, ARGV[i]) then return 0 end
  same = same or b.session == ARGV[i]
end
if not same then b.former = push(b.former, b.session, 8) end
b.session, b.payload = ARGV[4], ARGV[3]
redis.call('HSET', KEYS[2], ARGV[2], cjson.encode(b))
return 1
