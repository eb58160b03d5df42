-- Stands before every script, after the other preludes: what the owner is told of.

-- Writes down for the owner what the script has just changed, as one step with it: the newest 1000 events stay.
-- `event` is sealed by the caller, '' where nothing is to be told. About a device: `of` is the name of its grant,
-- `about` what the device said of itself, sealed, which is gone from elsewhere when the grant has ended.
local function record(activity, event, operation, of, about)
  if event == '' then return end
  local fields = { 'event', event, 'op', operation }
  if of then fields[5], fields[6], fields[7], fields[8] = 'of', of, 'about', about or '' end
  redis.call('XADD', activity, 'MAXLEN', 1000, '*', unpack(fields))
end

-- 1 when events right before these, which are the oldest that no server has looked at, are no longer kept, since so
-- many came after them; else 0.
local function dropped(activity, entries)
  if not entries[1] then return 0 end
  if redis.call('XRANGE', activity, '-', '+', 'COUNT', 1)[1][1] ~= entries[1][1] then return 0 end
  local about, figures = redis.call('XINFO', 'STREAM', activity), {}
  for index = 1, #about, 2 do figures[about[index]] = about[index + 1] end
  return (figures['entries-added'] or 0) > figures['length'] and 1 or 0
end
