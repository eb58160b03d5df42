-- KEYS 1 account, 2 grants, 3 ended
-- ARGV 1 operation, 2 epoch, 3 grant, 4 lifetime ms, 5 waiting ms, 6 sealed payload
-- A new grant is written as waiting: no row anywhere, gone with its code. An existing one gets a new payload.
-- Nothing is written under an epoch that is not the account's, and what has ended is not written again.
-- Result: 1 written, 0 refused
if not open(KEYS[1], ARGV[2]) or redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then return 0 end
local g = grant(KEYS[2], ARGV[3])
if g then
  g.payload = ARGV[6]
else
  local at = now()
  sweep(KEYS[2], at)
  g = { st = 'waiting', exp = at + ARGV[5], till = at + ARGV[4], gen = 0, cur = '', next = ',', past = ',',
    last = '', payload = ARGV[6] }
end
put(KEYS[2], ARGV[3], g)
return 1
