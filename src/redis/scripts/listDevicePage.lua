-- KEYS 1 account, 2 grants
-- PRELUDES account, devices, time
-- ARGV 1 epoch, 2 'used' | 'since', 3 rows to skip, 4 most rows
-- One page of the linked devices of an account, by last use or by linking, the newest first. Of grants on other pages
-- only times are read off their text, where no value can look like a name: values are numbers, or have no quotes. They
-- are ordered as plain numbers, which takes a quarter of what ordering rows takes; only rows of the page are looked at.
-- Result: nil the account may not act under this epoch, or {how many devices there are, then rows as of listDevices}
if not open(KEYS[1], ARGV[1]) then return false end
local find, skip = string.find, tonumber(ARGV[3])

-- Times have 13 digits until the year 2286.
local function timeIn(text, mark)
  local _, before = find(text, mark, 1, true)
  return before and tonumber(string.sub(text, before + 1, before + 13)) or 0
end

local found, at, mark = redis.call('HGETALL', KEYS[2]), now(), '"' .. ARGV[2] .. '":'
local times, ordered, near = {}, {}, {}
for i = 1, #found, 2 do
  if find(found[i + 1], '"device":', 1, true) and timeIn(found[i + 1], '"exp":') > at then
    times[i] = -timeIn(found[i + 1], mark)
    ordered[#ordered + 1] = times[i]
  end
end
table.sort(ordered)
local first, last, before = ordered[skip + 1] or 1, ordered[math.min(skip + ARGV[4], #ordered)] or 0, 0
for i, time in pairs(times) do
  if time < first then before = before + 1
  elseif time <= last then near[#near + 1] = { id = found[i], text = found[i + 1], key = time } end
end
table.sort(near, function(a, b)
  if a.key ~= b.key then return a.key < b.key end
  local one, other = timeIn(a.text, '"since":'), timeIn(b.text, '"since":')
  return one > other or (one == other and a.id < b.id)
end)
local page = { #ordered }
for i = skip + 1 - before, math.min(skip + ARGV[4] - before, #near) do
  page[#page + 1] = deviceRow(near[i].id, cjson.decode(near[i].text))
end
return page
