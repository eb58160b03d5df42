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

local function count(list)
  local _, commas = string.gsub(list, ',', '')
  return math.max(commas - 1, 0)
end
