-- KEYS 1 account, 2 grants
-- PRELUDES account, time
-- ARGV 1 epoch
-- What waits to become a device of the account: grants that were approved and whose device has not come for them.
-- Result: nil the account may not act under this epoch, or a list of {grant, end ms, sealed device that asks}
if not open(KEYS[1], ARGV[1]) then return false end
local found, rows, at = redis.call('HGETALL', KEYS[2]), {}, now()
for i = 1, #found, 2 do
  if string.find(found[i + 1], '"asks":', 1, true) then
    local g = cjson.decode(found[i + 1])
    if g.st == 'waiting' and g.exp > at then rows[#rows + 1] = { found[i], g.exp, g.asks } end
  end
end
return rows
