-- Stands before every script: the clock of the store, the account's gate, lists of names.
-- Times are milliseconds since 1970, from the store's own clock, so that servers with wrong clocks agree.

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- The account may act under this epoch: it exists, is active, and its epoch was not raised since.
local function open(account, epoch)
  local a = redis.call('HMGET', account, 'status', 'epoch')
  return a[1] == 'active' and a[2] == tostring(epoch)
end

-- Lists of names are kept as one string, ',a,b,', since an empty table has no JSON array in Lua.
local function has(list, name)
  return name ~= '' and string.find(list, ',' .. name .. ',', 1, true) ~= nil
end

-- The list with one name more; of more than `most` the oldest leave.
local function push(list, name, most)
  local kept = {}
  for former in string.gmatch(list .. name, '[^,]+') do kept[#kept + 1] = former end
  while #kept > most do table.remove(kept, 1) end
  return ',' .. table.concat(kept, ',') .. ','
end
