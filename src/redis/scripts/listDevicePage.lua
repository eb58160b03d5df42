-- KEYS 1 account, 2 grants
-- PRELUDES account, devices, time
-- ARGV 1 epoch, 2 'used' | 'since', 3 rows to skip, 4 most rows
-- One page of the linked devices of an account, by last use or by linking, the newest first. Of grants on other pages
-- only times are read off their text, where no value can look like a name: values are numbers, or have no quotes.
-- Result: nil the account may not act under this epoch, or {how many devices there are, then rows as of listDevices}
if not open(KEYS[1], ARGV[1]) then return false end

-- Times have 13 digits until the year 2286.
local function timeIn(text, name)
  local _, before = string.find(text, '"' .. name .. '":', 1, true)
  return before and tonumber(string.sub(text, before + 1, before + 13)) or 0
end

local found, devices, at = redis.call('HGETALL', KEYS[2]), {}, now()
for i = 1, #found, 2 do
  local text = found[i + 1]
  if string.find(text, '"device":', 1, true) and timeIn(text, 'exp') > at then
    devices[#devices + 1] = { id = found[i], text = text, key = timeIn(text, ARGV[2]), since = timeIn(text, 'since') }
  end
end
table.sort(devices, function(a, b)
  if a.key ~= b.key then return a.key > b.key end
  if a.since ~= b.since then return a.since > b.since end
  return a.id < b.id
end)
local page = { #devices }
for i = ARGV[3] + 1, math.min(ARGV[3] + ARGV[4], #devices) do
  page[#page + 1] = deviceRow(devices[i].id, cjson.decode(devices[i].text))
end
return page
