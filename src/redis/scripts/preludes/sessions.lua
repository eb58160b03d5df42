-- PRELUDES time
-- The browsers that are signed in to an account.

-- A browser is signed in under this epoch. `b`: browser, absolute ms, idle ms, sealed payload, name of its session id.
local function admit(browsers, epoch, b, operation)
  local at = now()
  local entry = { epoch = tostring(epoch), till = at + b[2], idle = tonumber(b[3]), seen = at, payload = b[4],
    session = b[5], former = ',', op = operation }
  redis.call('HSET', browsers, b[1], cjson.encode(entry))
  if redis.call('PTTL', browsers) < tonumber(b[2]) then redis.call('PEXPIRE', browsers, b[2]) end
end
