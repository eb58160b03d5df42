-- KEYS 1 mailedCode
-- ARGV 1 operation, 2 HMAC of the code that was typed, 3 most tries
-- Each try counts before it is compared, whether or not it is right, so that parallel guesses cannot share
-- one. The right code works once.
-- Result: nil gone or used, {'wrong', tries left}, or {'right', sealed payload}
local r = redis.call('HMGET', KEYS[1], 'code', 'tries', 'payload', 'used', 'op')
if not r[3] then return false end
if r[4] then return r[4] == ARGV[1] and { 'right', r[3] } end
local left = ARGV[3] - tonumber(r[2] or 0)
if r[5] == ARGV[1] or left <= 0 then return { 'wrong', math.max(left, 0) } end
if r[1] == ARGV[2] then
  redis.call('HSET', KEYS[1], 'used', ARGV[1])
  return { 'right', r[3] }
end
redis.call('HSET', KEYS[1], 'tries', ARGV[3] - left + 1, 'op', ARGV[1])
return { 'wrong', left - 1 }
