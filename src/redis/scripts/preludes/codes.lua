-- Device codes as they begin.

-- A pending code. The record outlives the code by one lifetime, so that a late device hears expired_token and not
-- invalid_grant.
local function insertCode(key, operation, at, life, client, interval, payload)
  redis.call('HSET', key, 'state', 'pending', 'op', operation, 'exp', at + life, 'client', client,
    'base', interval, 'interval', interval, 'payload', payload)
  redis.call('PEXPIRE', key, life * 2)
end
