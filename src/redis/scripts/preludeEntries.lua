-- Stands before every script, after prelude.lua: the grants of an account as tables, and the chains of refresh tokens
-- that they have.

-- An active grant and the time, or nil. Expired ones leave here: fields of a hash have no TTL before Redis 7.4.
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

-- A linked device, as lists of devices have it.
local function deviceRow(id, g)
  return { id, g.since, g.used, g.till, g.label or '', g.member or '', g.device }
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
