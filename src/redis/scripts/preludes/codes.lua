-- Device codes as they begin.

-- By so much of its name a client, or a code that is counted, is told from every other.
local function endOf(name)
  return string.sub(name, -12)
end

-- A pending code. The record outlives the code by one lifetime, so that a late device hears expired_token and not
-- invalid_grant.
-- `epoch`: of its client; kept where it is not 0. Its client stands there by the end of its name, see `endOf`.
local function insertCode(key, operation, at, life, client, interval, payload, epoch)
  redis.call('HSET', key, 'state', 'pending', 'op', operation, 'exp', at + life, 'client', endOf(client),
    'interval', interval, 'payload', payload)
  if epoch ~= '0' then redis.call('HSET', key, 'ce', epoch) end
  redis.call('PEXPIRE', key, life * 2)
end
