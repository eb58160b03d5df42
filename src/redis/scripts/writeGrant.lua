-- KEYS 1 account, 2 grants, 3 ended
-- PRELUDES account, grants, room, time
-- ARGV 1 operation, 2 epoch, 3 grant, 4 lifetime ms, 5 waiting ms, 6 sealed payload, 7 most devices,
--      8 sealed description of the device that asks ('' none)
-- A new grant is written as waiting: no device of the account, gone with its code. An existing one gets a new payload.
-- Nothing is written under an epoch that is not the account's, and what has ended is not written again.
-- A waiting one holds the place of its device, so that each that was approved gets its key: linked and waiting ones are
-- never more than may be, and none leaves for another. Grants of apps are no devices.
-- Result: 1 written, 0 refused, -1 the account has as many devices as it may
if not open(KEYS[1], ARGV[2]) or redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then return 0 end
local g = grant(KEYS[2], ARGV[3])
if g then
  g.payload = ARGV[6]
else
  local at = now()
  if isFull(KEYS[2], tonumber(ARGV[7]), at) then return -1 end
  sweep(KEYS[2], at)
  g = waitingGrant(at, ARGV[5], ARGV[4], ARGV[6])
  if ARGV[8] ~= '' then g.asks = ARGV[8] end
end
put(KEYS[2], ARGV[3], g)
return 1
