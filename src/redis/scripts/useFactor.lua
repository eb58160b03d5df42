-- KEYS 1 account, 2 factors, 3 activity
-- PRELUDES account, events, proofs
-- ARGV 1 operation, 2 epoch, 3 factor, 4 kind, 5 value, 6 sealed event ('' none)
-- Accepts a proof of a factor outside of a sign-in: each step, code or counter once. A request for recovery is over.
-- Result: 1 accepted (or already by this operation), 0 refused
if not open(KEYS[1], ARGV[2]) then return 0 end
local text = redis.call('HGET', KEYS[2], ARGV[3])
local again = text and cjson.decode(text).useop == ARGV[1]
if not prove(KEYS[2], ARGV[3], ARGV[4], ARGV[5], ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'recovery')
if not again then record(KEYS[3], ARGV[6], ARGV[1]) end
return 1
