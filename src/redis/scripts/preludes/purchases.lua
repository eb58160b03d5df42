-- PRELUDES time
-- What was bought by voice under the keys that devices gave it, each `<when> <amount> <currency>`.

-- What was bought under any of these names (',a,b,') within `life` ms; nil: nothing was.
local function boughtAs(key, names, life)
  for name in string.gmatch(names, '[^,]+') do
    local found = redis.call('HGET', key, name)
    local at, what = string.match(found or '', '^(%d+) (.*)$')
    if at and at + life > now() then return what end
  end
end

-- Makes room for one more among at most `most`: those leave whose time is over. Returns ms until the next one does,
-- where there is none: none leaves before, or the same would be bought twice.
local function fullFor(key, most, life)
  if redis.call('HLEN', key) < tonumber(most) then return nil end
  local at, next, found = now(), nil, redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    local ends = string.match(found[i + 1], '^%d+') + life
    if ends <= at then redis.call('HDEL', key, found[i]) else next = math.min(next or ends, ends) end
  end
  return redis.call('HLEN', key) >= tonumber(most) and math.max(next - at, 1) or nil
end
