-- Stands before every script, after prelude.lua: the entries of an account, which are grants and browsers, as tables,
-- and the chains of refresh tokens that grants have.

local function isDead(e, at)
  return (e.exp or e.till) <= at or e.idle and e.seen + e.idle <= at
end

-- Drops what has ended among a few entries taken by chance. Called by whoever adds one, it keeps dead ones few.
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
  local living, found = {}, redis.call('HGETALL', key)
  for i = 1, #found, 2 do
    local e = cjson.decode(found[i + 1])
    if isDead(e, at) then redis.call('HDEL', key, found[i]) else living[#living + 1] = { found[i], e.seen or e.last, e } end
  end
  table.sort(living, function(a, b) return a[2] < b[2] end)
  for i = 1, #living - most + 1 do
    redis.call('HDEL', key, living[i][1])
    leave(living[i][1], living[i][3])
  end
end

-- A living grant and the time, or nil. Expired ones leave here: fields of a hash have no TTL before Redis 7.4.
local function grant(key, id)
  local text = redis.call('HGET', key, id)
  if not text then return nil end
  local g, at = cjson.decode(text), now()
  if g.exp <= at then
    redis.call('HDEL', key, id)
    return nil
  end
  return g, at
end

local function put(key, id, g)
  redis.call('HSET', key, id, cjson.encode(g))
end

local function count(list)
  local _, commas = string.gsub(list, ',', '')
  return math.max(commas - 1, 0)
end

-- The first used successor wins: it becomes the head of the chain, its siblings are losers from now on.
-- Up to four former heads stay known, since the access tokens issued with them may still be in use.
local function promote(g, name)
  if g.cur ~= '' then g.past = push(g.past, g.cur, 4) end
  g.cur, g.next, g.last = name, ',', ''
end
