-- Stands before every script: the clock of the store, the account's gate, grants as tables.
-- Times are milliseconds since 1970, from the store's own clock, so that servers with wrong clocks agree.

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- The account may act under this epoch: it exists, is active, and nobody has raised the epoch since.
local function open(account, epoch)
  local a = redis.call('HMGET', account, 'status', 'epoch')
  return a[1] == 'active' and a[2] == tostring(epoch)
end

-- A living grant, or nil. Expired ones leave here: fields of a hash have no TTL before Redis 7.4.
local function grant(key, id)
  local text = redis.call('HGET', key, id)
  if not text then return nil end
  local g = cjson.decode(text)
  if g.exp <= now() then
    redis.call('HDEL', key, id)
    return nil
  end
  return g
end

local function put(key, id, g)
  redis.call('HSET', key, id, cjson.encode(g))
end

-- Lists of token names are kept as one string, ',a,b,', since an empty table has no JSON array in Lua.
local function has(list, name)
  return name ~= '' and string.find(list, ',' .. name .. ',', 1, true) ~= nil
end

local function count(list)
  local _, commas = string.gsub(list, ',', '')
  return math.max(commas - 1, 0)
end

-- The first used successor wins: it becomes the head of the chain, its siblings are losers from now on.
-- Up to four former heads stay known, since the access tokens issued with them may still be in use.
local function promote(g, name)
  local kept = {}
  for former in string.gmatch(g.past, '[^,]+') do kept[#kept + 1] = former end
  if g.cur ~= '' then kept[#kept + 1] = g.cur end
  while #kept > 4 do table.remove(kept, 1) end
  g.past = #kept == 0 and ',' or ',' .. table.concat(kept, ',') .. ','
  g.cur, g.next, g.last = name, ',', ''
end
