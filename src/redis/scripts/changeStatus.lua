-- KEYS 1 account, 2 activity, 3 grants, 4 browsers, 5 trusted, 6 grantsSnapshot, 7 browsersSnapshot,
--      8 trustedSnapshot, 9 consents, 10 notices
-- PRELUDES epoch, events
-- ARGV 1 operation, 2 'active' | 'disabled', 3 how long the snapshots stay, ms, 4 sealed event ('' none)
-- Disabling ends everything as a sign-out of everything does. Enabling gives nothing of it back.
-- Result: nil no such account, or {1 changed | 0 it was so already, epoch, grants ended, browsers ended}
local a = redis.call('HMGET', KEYS[1], 'status', 'statusop', 'statusresult', 'epoch')
if not a[1] then return false end
if a[2] == ARGV[1] then return cjson.decode(a[3]) end
if a[1] == ARGV[2] then return { 0, tonumber(a[4]), 0, 0 } end
local result = { 1, tonumber(a[4]), 0, 0 }
if ARGV[2] == 'disabled' then
  local ended = endAll(KEYS, ARGV[3])
  result = { 1, ended[1], ended[2], ended[3] }
end
redis.call('HSET', KEYS[1], 'status', ARGV[2], 'statusop', ARGV[1], 'statusresult', cjson.encode(result))
record(KEYS[2], ARGV[4], ARGV[1])
return result
