-- KEYS 1 account, 2 grants, 3 consents
-- PRELUDES time
-- What uses an account, or did until all of it ended within the last hour.
-- Result: names of consents; grants of devices, each with what its device said of itself, sealed
local consents, devices, at = {}, {}, now()
local a = redis.call('HMGET', KEYS[1], 'epoch', 'snapshots', 'endedat')
local function add(key)
  local found = redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    local g = cjson.decode(found[i + 1])
    if g.st == 'active' and g.device and g.exp > at then
      devices[#devices + 1], devices[#devices + 2] = found[i], g.device
    end
  end
end
add(KEYS[2])
for name in string.gmatch(a[2] or '', '[^,]+') do add(KEYS[2] .. ':ended:' .. name) end
-- Consents stay when all ends, under the epoch that has passed.
local former = at - tonumber(a[3] or 0) < 3600000 and tostring(tonumber(a[1] or 1) - 1)
local found = redis.call('HGETALL', KEYS[3])
for i = 1, #found, 2 do
  local epoch = cjson.decode(found[i + 1]).epoch
  if epoch == a[1] or epoch == former then consents[#consents + 1] = found[i] end
end
return { consents, devices }
