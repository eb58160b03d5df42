-- Stands before every script, after the other preludes: what ends everything of an account.

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
