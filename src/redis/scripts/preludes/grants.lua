-- PRELUDES time
-- The grants of an account as tables.

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

local function put(key, id, g)
  redis.call('HSET', key, id, cjson.encode(g))
end

-- A new grant, which waits for its code to be redeemed.
local function waitingGrant(at, waiting, lifetime, payload)
  return { st = 'waiting', exp = at + waiting, till = at + lifetime, gen = 0, cur = '', next = ',', past = ',',
    last = '', payload = payload }
end
