-- KEYS 1 account, 2 grants, 3 ended, 4 linkKeys
-- PRELUDES grants, linking, lists, room, time
-- ARGV 1 operation, 2 epoch, 3 grant, 4 lifetime ms, 5 waiting ms, 6 sealed payload, 7 most devices,
--      8 name of the key, 9 how many more than it has uses may wait under it
-- A machine has presented a key: its grant waits for its code to be redeemed, and no use is spent yet.
-- Result: 1 written (or already by this operation), 0 refused, -1 the account has as many devices as it may, -2 as many
--         wait under this key as may
local g = grant(KEYS[2], ARGV[3])
if g then return g.op == ARGV[1] and 1 or 0 end
local k = linkKey(KEYS[1], KEYS[4], ARGV[8])
if not k or k.epoch ~= ARGV[2] or redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then return 0 end
local waits = ','
for name in string.gmatch(k.waits, '[^,]+') do
  local other = grant(KEYS[2], name)
  if other and other.st == 'waiting' then waits = waits .. name .. ',' end
end
if count(waits) >= k.left + ARGV[9] then return -2 end
local at = now()
if isFull(KEYS[2], tonumber(ARGV[7]), at) then return -1 end
sweep(KEYS[2], at)
g = waitingGrant(at, ARGV[5], ARGV[4], ARGV[6])
g.key, g.op = ARGV[8], ARGV[1]
put(KEYS[2], ARGV[3], g)
k.waits = waits .. ARGV[3] .. ','
redis.call('HSET', KEYS[4], ARGV[8], cjson.encode(k))
return 1
