-- What an owner proves beside the password.

-- Backup codes and phone only stand beside an authenticator app or a passkey.
local function backed(factors)
  for _, text in ipairs(redis.call('HVALS', factors)) do
    local kind = cjson.decode(text).kind
    if kind == 'totp' or kind == 'passkey' then return true end
  end
  return false
end

-- A passkey signs in alone.
local function hasPasskey(factors)
  for _, text in ipairs(redis.call('HVALS', factors)) do
    if cjson.decode(text).kind == 'passkey' then return true end
  end
  return false
end
