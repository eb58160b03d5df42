-- PRELUDES lists, time
-- What was there before an end of everything, kept for a while to be shown.

-- Of the snapshots that ends of everything leave the newest 8 stay: their names stand with the account, and what is
-- pushed out leaves. All keys of an account are in one slot, so their names may be put together here.
local function keepSnapshot(keys)
  local names = redis.call('HGET', keys[1], 'snapshots') or ','
  local kept = push(names, string.match(keys[6], '[^:]+$'), 8)
  for name in string.gmatch(names, '[^,]+') do
    if not has(kept, name) then
      for i = 3, 5 do redis.call('UNLINK', keys[i] .. ':ended:' .. name) end
    end
  end
  redis.call('HSET', keys[1], 'snapshots', kept, 'endedat', now())
end
