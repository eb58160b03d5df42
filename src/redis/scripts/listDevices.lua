-- KEYS 1 account, 2 grants
-- PRELUDES account, devices, time
-- ARGV 1 epoch, 2 and on: the grants that are asked for (none: all)
-- The linked devices of an account: active grants that a device has redeemed, not those of apps.
-- Result: nil the account may not act under this epoch, or a list of
--         {grant, linked ms, last used ms, end ms, sealed name by the owner, household profile, sealed device}
if not open(KEYS[1], ARGV[1]) then return false end
local found = {}
if #ARGV == 1 then found = redis.call('HGETALL', KEYS[2]) end
for i = 2, #ARGV do
  local text = redis.call('HGET', KEYS[2], ARGV[i])
  if text then found[#found + 1], found[#found + 2] = ARGV[i], text end
end
local rows, at = {}, now()
for i = 1, #found, 2 do
  local g = cjson.decode(found[i + 1])
  if g.exp > at and g.device then rows[#rows + 1] = deviceRow(found[i], g) end
end
return rows
