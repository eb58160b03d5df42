-- KEYS 1 account, 2 voiceCode, 3 activity
-- PRELUDES account, events, time
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 HMAC of the code, 4 sealed event
-- The owner sets the code; one before it, with its wrong tries and its lock, is gone.
-- Result: 1 set (or already by this operation), 0 refused
if redis.call('HGET', KEYS[2], 'op') == ARGV[1] then return 1 end
if not open(KEYS[1], ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[2])
redis.call('HSET', KEYS[2], 'code', ARGV[3], 'since', now(), 'op', ARGV[1])
record(KEYS[3], ARGV[4], ARGV[1])
return 1
