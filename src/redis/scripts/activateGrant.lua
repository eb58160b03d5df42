-- KEYS 1 account, 2 grants, 3 activity, 4 linkKeys
-- PRELUDES account, events, grants, linking
-- ARGV 1 operation, 2 epoch, 3 grant, 4 sealed description of the device, 5 sealed event ('' none)
-- The device has redeemed its code: the waiting grant becomes a row of the account. Where a key linked it, a use of the
-- key is spent in this very step: of more machines than it has uses left, the others get nothing.
-- Result: nil refused, or {payload, generation, profile of the account}
if not open(KEYS[1], ARGV[2]) then return false end
local g, at = grantOrSweep(KEYS[2], ARGV[3])
if not g then return false end
if g.st ~= 'waiting' and g.op ~= ARGV[1] then return false end
if g.st == 'waiting' then
  if g.key then
    local k = linkKey(KEYS[1], KEYS[4], g.key)
    if not k then return false end
    k.left = k.left - 1
    if k.left > 0 then redis.call('HSET', KEYS[4], g.key, cjson.encode(k)) else redis.call('HDEL', KEYS[4], g.key) end
  end
  g.st, g.op, g.exp, g.device = 'active', ARGV[1], g.till, ARGV[4]
  g.asks = nil
  g.since, g.used = at, at
  put(KEYS[2], ARGV[3], g)
  record(KEYS[3], ARGV[5], ARGV[1], ARGV[3], g.device)
end
return { g.payload, g.gen, redis.call('HGET', KEYS[1], 'profile') }
