-- Stands before every script, after the other preludes: what begins under an epoch, and what ends it.

-- Raises the epoch: from here on nothing that was proved before it is accepted. Constant in the number of
-- devices, since the hashes are renamed, to copies that stay for `life` ms, and not walked.
-- `keys`: account, grants, browsers, sealed copy of the grants, sealed copy of the browsers.
-- Returns {new epoch, grants ended, browsers ended}.
local function endAll(keys, life)
  local result = { redis.call('HINCRBY', keys[1], 'epoch', 1) }
  for i = 2, 3 do
    result[i] = redis.call('HLEN', keys[i])
    if result[i] > 0 then
      redis.call('RENAME', keys[i], keys[i + 2])
      redis.call('PEXPIRE', keys[i + 2], life)
    end
  end
  return result
end

-- A browser is signed in under this epoch. `b`: browser, absolute ms, idle ms, sealed payload, name of its session id.
local function admit(browsers, epoch, b, operation)
  local at = now()
  local entry = { epoch = tostring(epoch), till = at + b[2], idle = tonumber(b[3]), seen = at, payload = b[4],
    session = b[5], former = ',', op = operation }
  redis.call('HSET', browsers, b[1], cjson.encode(entry))
  if redis.call('PTTL', browsers) < tonumber(b[2]) then redis.call('PEXPIRE', browsers, b[2]) end
end
