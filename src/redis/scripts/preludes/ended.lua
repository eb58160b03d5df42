-- PRELUDES time
-- What ended lately, by name of a grant, browser, factor and so on.

-- From now on it is known to have ended, when, and by which operation: a late write brings nothing back, and an
-- operation that is sent again after a lost reply hears its first result. Each is known for an hour, and leaves when it
-- is met by chance then; where 10,000 are known already, for 5 minutes.
local function leaveTombstone(ended, name, operation)
  local at = now()
  local life = redis.call('HLEN', ended) < 10000 and 3600000 or 300000
  local some = redis.call('HRANDFIELD', ended, 8, 'WITHVALUES')
  for i = 1, #some, 2 do
    if (tonumber(string.match(some[i + 1], '^%d+')) or 0) + life <= at then redis.call('HDEL', ended, some[i]) end
  end
  redis.call('HSET', ended, name, at .. ' ' .. operation)
  redis.call('PEXPIRE', ended, 3600000)
end

-- The operation that ended it; nil where none is known.
local function endedBy(ended, name)
  local found = redis.call('HGET', ended, name)
  return found and string.match(found, '^%d+ (.*)$')
end
