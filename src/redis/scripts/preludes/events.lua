-- What the owner is told of.

-- Writes down for the owner what the script has just changed, as one step with it: the newest 1000 events stay.
-- `event` is sealed by the caller, '' where nothing is to be told. About a device: `of` is the name of its grant,
-- `about` what the device said of itself, sealed, which is gone from elsewhere when the grant has ended.
local function record(activity, event, operation, of, about)
  if event == '' then return end
  local fields = { 'event', event, 'op', operation }
  if of then fields[5], fields[6], fields[7], fields[8] = 'of', of, 'about', about or '' end
  redis.call('XADD', activity, 'MAXLEN', 1000, '*', unpack(fields))
end
