-- KEYS 1 account, 2 grants, 3 activity
-- PRELUDES account, events, grants
-- ARGV 1 operation, 2 epoch, 3 grant, 4 sealed description of the device, 5 sealed event ('' none)
-- The device has redeemed its code: the waiting grant becomes a row of the account.
-- Result: nil refused, or {payload, generation, profile of the account}
if not open(KEYS[1], ARGV[2]) then return false end
local g, at = grantOrSweep(KEYS[2], ARGV[3])
if not g then return false end
if g.st ~= 'waiting' and g.op ~= ARGV[1] then return false end
if g.st == 'waiting' then
  g.st, g.op, g.exp, g.device = 'active', ARGV[1], g.till, ARGV[4]
  g.asks = nil
  g.since, g.used = at, at
  put(KEYS[2], ARGV[3], g)
  record(KEYS[3], ARGV[5], ARGV[1], ARGV[3], g.device)
end
return { g.payload, g.gen, redis.call('HGET', KEYS[1], 'profile') }
