-- KEYS 1 account, 2 factors, 3 activity
-- PRELUDES account, events, recovery, time
-- ARGV 1 operation, 2 epoch read beside the password hash, 3 wait ms, 4 ms after it in which it may be carried out,
--      5 sealed event
-- Asks for the removal of the second step, which is possible only after the wait. One request at a time:
-- a second one begins nothing anew.
-- Result: nil refused: another epoch, or no factors; or {1 asked (or already by this operation) | 0 one waits
-- already, asked at, may be carried out from, until}
if not open(KEYS[1], ARGV[2]) or redis.call('EXISTS', KEYS[2]) == 0 then return false end
local r = recovery(KEYS[1], ARGV[2])
if r then return { r.op == ARGV[1] and 1 or 0, r.at, r.opens, r.till } end
local at = now()
local opens = at + ARGV[3]
r = { epoch = ARGV[2], at = at, opens = opens, till = opens + ARGV[4], op = ARGV[1] }
redis.call('HSET', KEYS[1], 'recovery', cjson.encode(r))
record(KEYS[3], ARGV[5], ARGV[1])
return { 1, r.at, r.opens, r.till }
