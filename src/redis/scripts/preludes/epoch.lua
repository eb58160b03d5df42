-- PRELUDES notices, sessions, snapshots
-- What ends everything that began under an epoch.

-- Raises the epoch: from here on nothing that was proved before it is accepted. Constant in the number of
-- devices, since the hashes are renamed, to snapshots that stay for `life` ms, and not walked.
-- `keys`: account, activity, then grants, browsers and trusted browsers, then the snapshot of each, then consents
-- and what apps have to hear of.
-- Returns {new epoch, grants ended, browsers ended}.
local function endAll(keys, life)
  local result = { redis.call('HINCRBY', keys[1], 'epoch', 1) }
  for i = 3, 5 do
    result[i - 1] = redis.call('HLEN', keys[i])
    if result[i - 1] > 0 then
      redis.call('RENAME', keys[i], keys[i + 3])
      redis.call('PEXPIRE', keys[i + 3], life)
    end
  end
  keepSnapshot(keys)
  oweOfAll(keys[9], keys[10], result[1] - 1)
  return result
end

-- Ends everything but the browser that asks for it, which stays under the new epoch: as another browser, so that
-- nothing that is under way in the name of the old one reaches it. `was`: its uid so far, '' when none stays.
-- `b`: as `admit` takes it. Returns nil, and nothing has ended, when the browser is signed out itself.
local function endAllBut(keys, life, was, b, operation)
  if was ~= '' and redis.call('HEXISTS', keys[4], was) == 0 then return nil end
  local result = endAll(keys, life)
  if was ~= '' then
    result[3] = result[3] - 1
    admit(keys[4], result[1], b, operation)
  end
  return result
end
