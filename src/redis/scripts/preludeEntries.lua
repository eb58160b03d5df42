-- Stands before every script, after prelude.lua: the grants of an account as tables, and the chains of refresh tokens
-- that they have.

-- A grant and the time, or nil: one that has expired is none, and the time alone comes back.
local function grant(key, id)
  local text = redis.call('HGET', key, id)
  if not text then return nil end
  local g, at = cjson.decode(text), now()
  return g.exp > at and g or nil, at
end

-- The same for a script that writes: a grant that has expired leaves. Fields of a hash have no TTL before Redis 7.4.
local function grantOrSweep(key, id)
  local g, at = grant(key, id)
  if not g and at then redis.call('HDEL', key, id) end
  return g, at
end

-- A linked device, as lists of devices have it.
local function deviceRow(id, g)
  return { id, g.since, g.used, g.till, g.label or '', g.member or '', g.device }
end

-- A grant may act: it is active under the account's epoch, and a browser that it ends with is signed in.
-- `keys`: account, grants, browsers.
local function mayAct(keys, epoch, g)
  if not g or g.st ~= 'active' or not open(keys[1], epoch) then return false end
  return (g.browser or '') == '' or redis.call('HEXISTS', keys[3], g.browser) == 1
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
