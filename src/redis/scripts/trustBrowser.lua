-- KEYS 1 account, 2 trusted browsers, 3 activity
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 browser, 4 lifetime ms, 5 sealed payload, 6 sealed event
-- From now on the owner is not asked for codes in this browser.
-- Result: 1 trusted (or already by this operation), 0 refused
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 1 then return 1 end
if not open(KEYS[1], ARGV[2]) then return 0 end
local at = now()
sweep(KEYS[2], at)
local b = { epoch = ARGV[2], till = at + ARGV[4], since = at, last = at, payload = ARGV[5] }
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode(b))
redis.call('PEXPIRE', KEYS[2], ARGV[4])
note(KEYS[3], ARGV[6], ARGV[1])
return 1
