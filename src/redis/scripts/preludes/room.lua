-- Room among the entries of an account (grants, browsers, trusted browsers), which end in time or are unused for long.

local function isDead(e, at)
  return (e.exp or e.till) <= at or e.idle and e.seen + e.idle <= at
end

-- Drops what has ended among a few entries taken by chance. Called with every new entry, it keeps dead ones few.
local function sweep(key, at)
  local some = redis.call('HRANDFIELD', key, 8, 'WITHVALUES')
  for i = 1, #some, 2 do
    if isDead(cjson.decode(some[i + 1]), at) then redis.call('HDEL', key, some[i]) end
  end
end

-- Makes room for one more among at most `most`, browsers or trusted ones: what has ended leaves, then what was used
-- longest ago. `leave` is told of each of these, by name and entry.
local function makeRoom(key, most, at, leave)
  if redis.call('HLEN', key) < most then return end
  local active, found = {}, redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    local e = cjson.decode(found[i + 1])
    if isDead(e, at) then redis.call('HDEL', key, found[i]) else active[#active + 1] = { found[i], e.seen or e.last, e } end
  end
  table.sort(active, function(a, b) return a[2] < b[2] end)
  for i = 1, #active - most + 1 do
    redis.call('HDEL', key, active[i][1])
    leave(active[i][1], active[i][3])
  end
end

-- As many devices as may be, waiting ones included, no apps. Counted where there are so many grants at all; dead ones leave.
local function isFull(grants, most, at)
  if redis.call('HLEN', grants) < most then return false end
  local devices, found = 0, redis.call('HGETALL', grants)
  for i = 1, #found, 2 do
    local g = cjson.decode(found[i + 1])
    if isDead(g, at) then redis.call('HDEL', grants, found[i]) elseif not g.app then devices = devices + 1 end
  end
  return devices >= most
end
