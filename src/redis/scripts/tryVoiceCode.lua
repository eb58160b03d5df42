-- KEYS 1 account, 2 grants, 3 voiceCode, 4 voiceTries (of late), 5 activity
-- PRELUDES account, events, grants, lists, time
-- ARGV 1 operation, 2 epoch, 3 grant of the device, 4 HMACs of the code that was said (',a,b,'), 5 most tries of a
--      device and 6 of an account within 7 ms, 8 wrong tries that lock the code, 9 sealed event of locking it
-- Each try counts before it is compared, so that tries at once cannot share one, and whether or not there is a
-- code, so that waiting tells nothing. A right code forgives the wrong tries of its own device alone: an
-- attacker at another device does not guess on while the owner shops here.
-- Result: ms to wait; 'yes'; 'no', be it wrong, locked, or not set; 'gone', the device may not act
local g = open(KEYS[1], ARGV[2]) and grantOrSweep(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return 'gone' end
local of, op = 'of:' .. ARGV[3], 'op:' .. ARGV[1]
local t = redis.call('HMGET', KEYS[4], op, of, 'all')
if t[1] then return t[1] end
if tonumber(t[2] or 0) >= tonumber(ARGV[5]) or tonumber(t[3] or 0) >= tonumber(ARGV[6]) then
  return math.max(redis.call('PTTL', KEYS[4]), 1)
end
redis.call('HINCRBY', KEYS[4], of, 1)
if redis.call('HINCRBY', KEYS[4], 'all', 1) == 1 then redis.call('PEXPIRE', KEYS[4], ARGV[7]) end
local v = redis.call('HMGET', KEYS[3], 'code', 'locked', of)
local answer = 'no'
if v[1] and not v[2] then
  if has(ARGV[4], v[1]) then
    answer = 'yes'
    if v[3] then redis.call('HINCRBY', KEYS[3], 'wrong', -v[3]) end
    redis.call('HDEL', KEYS[3], of)
  else
    redis.call('HINCRBY', KEYS[3], of, 1)
    if redis.call('HINCRBY', KEYS[3], 'wrong', 1) >= tonumber(ARGV[8]) then
      redis.call('HSET', KEYS[3], 'locked', now())
      record(KEYS[5], ARGV[9], ARGV[1], ARGV[3], g.device)
    end
  end
end
redis.call('HSET', KEYS[4], op, answer)
return answer
