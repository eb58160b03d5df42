-- KEYS 1 account, 2 factors, 3 trusted, 4 activity
-- PRELUDES account, events, factors
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 factor, 4 kind, 5 sealed payload, 6 last time step or counter,
--      7 digests of backup codes (',a,b,' or ''), 8 most factors, 9 sealed event
-- Adds a factor, or puts new backup codes or a new phone in the place of the former; trusted browsers end,
-- and a request for recovery is over.
-- Result: 1 added (or already by this operation), 0 refused: another epoch, or nothing to back up; -1 too many
local present = redis.call('HGET', KEYS[2], ARGV[3])
if present and cjson.decode(present).op == ARGV[1] then return 1 end
if not open(KEYS[1], ARGV[2]) then return 0 end
local backup = ARGV[4] == 'backup-codes' or ARGV[4] == 'phone'
if backup and not backed(KEYS[2]) or present and not backup then return 0 end
if not present and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[8]) then return -1 end
local f = { kind = ARGV[4], payload = ARGV[5], mark = tonumber(ARGV[6]), codes = ARGV[7], op = ARGV[1] }
redis.call('HSET', KEYS[2], ARGV[3], cjson.encode(f))
redis.call('UNLINK', KEYS[3])
redis.call('HDEL', KEYS[1], 'recovery')
record(KEYS[4], ARGV[9], ARGV[1])
return 1
