-- PRELUDES crowd, time
-- The notice that leaves a queue that is full. Which ones leave is found for 50 at once, and for a minute at most: a
-- queue that its receiver never reads costs each event little.
local function leaverOf(keys)
  local at, ids = string.match(redis.call('HGET', keys[4], '.leaving') or '', '^(%d+) (.+)$')
  if at and now() - at >= 60000 then ids = nil end
  local left, known, leaver = {}, {}, nil
  for id in string.gmatch(ids or '', '%S+') do table.insert(known, id) end
  for i = 1, 2 do
    for _, id in ipairs(known) do
      if leaver then
        table.insert(left, id)
      elseif redis.call('ZSCORE', keys[2], id) then
        leaver = id
      end
    end
    if leaver then break end
    known, at = leavers(keys, 50), now()
  end
  redis.call('HSET', keys[4], '.leaving', string.format('%.0f', at) .. ' ' .. table.concat(left, ' '))
  return leaver
end
