-- KEYS 1 account, 2 trusted, 3 activity, 4 factors
-- PRELUDES account, events, room, time
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 browser, 4 lifetime ms, 5 sealed payload, 6 sealed event,
--      7 the factor that was proved for it, 8 most browsers, 9 sealed event of one that leaves for this one
-- From now on the owner is not asked for codes in this browser. A factor that has left meanwhile proves nothing: a
-- change of factors ends all trust, and what is under way while it happens must not come after it. Of as many as may
-- be, the one that was unused longest is not trusted any more.
-- Result: 1 trusted (or already by this operation), 0 refused
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 1 then return 1 end
if not open(KEYS[1], ARGV[2]) or redis.call('HEXISTS', KEYS[4], ARGV[7]) == 0 then return 0 end
local at = now()
sweep(KEYS[2], at)
makeRoom(KEYS[2], tonumber(ARGV[8]), at, function() record(KEYS[3], ARGV[9], ARGV[1]) end)
local b = { epoch = ARGV[2], till = at + ARGV[4], since = at, last = at, payload = ARGV[5] }
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode(b))
redis.call('PEXPIRE', KEYS[2], ARGV[4])
record(KEYS[3], ARGV[6], ARGV[1])
return 1
