-- Device codes as they begin.

-- A pending code. The record outlives the code by one lifetime, so that a late device hears expired_token and not
-- invalid_grant.
-- `epoch`: of its client.
local function insertCode(key, operation, at, life, client, interval, payload, epoch)
  redis.call('HSET', key, 'state', 'pending', 'op', operation, 'exp', at + life, 'client', client,
    'base', interval, 'interval', interval, 'payload', payload, 'ce', epoch)
  redis.call('PEXPIRE', key, life * 2)
end
