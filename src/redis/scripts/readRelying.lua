-- KEYS 1 account, 2 grants, 3 consents
-- What uses an account, or did until all of it ended within the last hour, under whatever epoch.
-- Result: names of consents; grants of devices, each with what its device said of itself, sealed
local devices = {}
local function add(key)
  local found = redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    local g = cjson.decode(found[i + 1])
    if g.st == 'active' and g.device then
      devices[#devices + 1], devices[#devices + 2] = found[i], g.device
    end
  end
end
add(KEYS[2])
for name in string.gmatch(redis.call('HGET', KEYS[1], 'snapshots') or '', '[^,]+') do
  add(KEYS[2] .. ':ended:' .. name)
end
return { redis.call('HKEYS', KEYS[3]), devices }
