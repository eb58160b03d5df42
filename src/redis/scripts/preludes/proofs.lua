-- PRELUDES time
-- How an owner proves the second step.

-- Accepts a proof once. `value`: of an app the time step, which only grows (RFC 6238 section 5.2); of a passkey its
-- counter, which only grows unless it counts nothing; of backup codes the digest of one, which leaves.
local function prove(factors, id, kind, value, operation)
  local text = redis.call('HGET', factors, id)
  local f = text and cjson.decode(text)
  if not f or f.kind ~= kind then return false end
  if f.useop == operation then return true end
  if kind == 'backup-codes' then
    local at = string.find(f.codes, ',' .. value .. ',', 1, true)
    if value == '' or not at or string.find(value, ',', 1, true) then return false end
    f.codes = string.sub(f.codes, 1, at) .. string.sub(f.codes, at + #value + 2)
  elseif kind ~= 'phone' then
    local counts = kind == 'totp' or f.mark > 0 or tonumber(value) > 0
    if counts and tonumber(value) <= f.mark then return false end
    f.mark = tonumber(value)
  end
  f.used, f.useop = now(), operation
  redis.call('HSET', factors, id, cjson.encode(f))
  return true
end

-- A browser that its owner trusts, or nil: of this epoch, and not past its time.
local function trusts(trusted, name, epoch)
  local text = redis.call('HGET', trusted, name)
  local b = text and cjson.decode(text)
  return b and b.epoch == tostring(epoch) and b.till > now() and b or nil
end
