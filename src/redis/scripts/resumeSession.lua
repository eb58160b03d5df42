-- KEYS 1 account, 2 browsers
-- PRELUDES account, time
-- ARGV 1 browser, 2 and on: names of the session id it comes with (none: by its uid)
-- A signed-in browser comes back: noted, at most once a minute, is that it was seen. One that is past its idle or
-- absolute end, or of another epoch than the account's, leaves here. A former session id resumes nothing.
-- Result: nil not signed in, or {payload, profile of the account, epoch, when the account closes (nil: that was not asked for)}
local text = redis.call('HGET', KEYS[2], ARGV[1])
if not text then return false end
local b, at = cjson.decode(text), now()
if not open(KEYS[1], b.epoch) or b.till <= at or b.seen + b.idle <= at then
  redis.call('HDEL', KEYS[2], ARGV[1])
  return false
end
local known = #ARGV == 1
for i = 2, #ARGV do known = known or b.session == ARGV[i] end
if not known then return false end
if at - b.seen > math.min(60000, b.idle / 4) then
  b.seen = at
  redis.call('HSET', KEYS[2], ARGV[1], cjson.encode(b))
end
local profile, closes = unpack(redis.call('HMGET', KEYS[1], 'profile', 'closes'))
return { b.payload, profile, b.epoch, closes }
