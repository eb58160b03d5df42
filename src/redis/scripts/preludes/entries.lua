-- Ids of entries of a stream, which rise.

local function partsOf(id)
  local at, count = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(at), tonumber(count)
end

-- Whether an entry came after another; after none, where there is none.
local function isLater(id, other)
  local at, count = partsOf(other or '0-0')
  local newAt, newCount = partsOf(id)
  return newAt > at or newAt == at and newCount > count
end
