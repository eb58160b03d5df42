-- KEYS 1 account, 2 upstream, 3 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 provider, 4 sealed link, 5 sealed event, 6 most links
-- A person at a provider may sign in as the owner from here on.
-- Result: 1 linked (or already by this operation), 0 refused, -1 this provider is linked already, or too many are
local present = redis.call('HGET', KEYS[2], ARGV[3])
if present then return cjson.decode(present).op == ARGV[1] and 1 or -1 end
if not open(KEYS[1], ARGV[2]) then return 0 end
if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then return -1 end
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode({ op = ARGV[1], payload = ARGV[4] }))
record(KEYS[3], ARGV[5], ARGV[1])
return 1
