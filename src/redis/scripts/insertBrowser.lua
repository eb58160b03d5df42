-- KEYS 1 account, 2 browsers, 3 ended
-- ARGV 1 operation, 2 epoch read beside the password hash, 3 browser, 4 absolute ms, 5 idle ms, 6 sealed payload,
--      7 name of the session id
-- A browser signs in. Refused when the owner has signed out of everything since the password was read.
-- Result: 1 signed in, 0 refused
if not open(KEYS[1], ARGV[2]) or redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then return 0 end
local at = now()
local b = { epoch = ARGV[2], till = at + ARGV[4], idle = tonumber(ARGV[5]), seen = at, payload = ARGV[6],
  session = ARGV[7], former = ',' }
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode(b))
return 1
