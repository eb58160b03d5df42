-- Events that no server has taken charge of, or that were not mailed, yet.

-- 1 when events right before these, which are the oldest that no server has looked at, are no longer kept, since so
-- many came after them; else 0.
local function dropped(activity, entries)
  if not entries[1] then return 0 end
  if redis.call('XRANGE', activity, '-', '+', 'COUNT', 1)[1][1] ~= entries[1][1] then return 0 end
  local about, figures = redis.call('XINFO', 'STREAM', activity), {}
  for index = 1, #about, 2 do figures[about[index]] = about[index + 1] end
  return (figures['entries-added'] or 0) > figures['length'] and 1 or 0
end
