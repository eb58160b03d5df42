-- KEYS 1 account, 2 browsers, 3 ended, 4 activity, 5 factors, 6 trusted, 7 consents, 8 notices, 9 upstream
-- PRELUDES account, ended, events, notices, proofs, recovery, room, sessions, time
-- ARGV 1 operation, 2 epoch read beside the password hash, 3 browser, 4 absolute ms, 5 idle ms, 6 sealed payload,
--      7 name of the session id, 8 sealed event ('' none),
--      9 kind of the second step ('' none, 'trusted', 'upstream', or a factor's), 10 factor or trusted browser, 11 its value,
--      12 sealed event of a request for recovery that is over with this ('' none), 13 most browsers,
--      14 sealed event of one that leaves for this one, 15 provider by which the owner comes ('' none): it is linked
-- A browser signs in. Refused when the owner has signed out of everything since the password was read, and, where
-- the account has factors, without an accepted proof of one: it is accepted in this very step, and never again.
-- Of as many browsers as may be, the one that was unused longest is signed out for it.
-- Result: 1 signed in (or already by this operation), 0 refused
local present = redis.call('HGET', KEYS[2], ARGV[3])
if present then return cjson.decode(present).op == ARGV[1] and 1 or 0 end
if not open(KEYS[1], ARGV[2]) or redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then return 0 end
if ARGV[15] ~= '' and redis.call('HEXISTS', KEYS[9], ARGV[15]) == 0 then return 0 end
if ARGV[9] == '' and redis.call('EXISTS', KEYS[5]) == 1 then return 0 end
if ARGV[9] == 'trusted' then
  local t = trusts(KEYS[6], ARGV[10], ARGV[2])
  if not t then return 0 end
  t.last = now()
  redis.call('HSET', KEYS[6], ARGV[10], cjson.encode(t))
elseif ARGV[9] ~= '' and ARGV[9] ~= 'upstream' and not prove(KEYS[5], ARGV[10], ARGV[9], ARGV[11], ARGV[1]) then
  return 0
end
sweep(KEYS[2], now())
local gone = ','
makeRoom(KEYS[2], tonumber(ARGV[13]), now(), function(browser, b)
  leaveTombstone(KEYS[3], browser, ARGV[1])
  record(KEYS[4], ARGV[14], ARGV[1], browser, b.payload)
  gone = gone .. browser .. ','
end)
if gone ~= ',' then oweOfBrowsers(KEYS[7], KEYS[8], gone) end
admit(KEYS[2], ARGV[2], { unpack(ARGV, 3, 7) }, ARGV[1])
record(KEYS[4], ARGV[8], ARGV[1])
if ARGV[9] ~= '' then cancelRecovery(KEYS[1], KEYS[4], ARGV[12], ARGV[1]) end
return 1
