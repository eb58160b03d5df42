-- KEYS 1 account, 2 grants, 3 voiceCode, 4 voiceTries (of late), 5 activity
-- PRELUDES account, grants, voice
-- ARGV 1 operation, 2 epoch, 3 grant of the device, 4 HMACs of the code that was said (',a,b,'), 5 most tries of a
--      device and 6 of an account within 7 ms, 8 wrong tries that lock the code, 9 sealed event of locking it
-- Result: ms to wait; 'yes'; 'no', be it wrong, locked, or not set; 'gone', the device may not act
local g = open(KEYS[1], ARGV[2]) and grantOrSweep(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return 'gone' end
local op = 'op:' .. ARGV[1]
local answered = redis.call('HGET', KEYS[4], op)
if answered then return answered end
local wait = countTry(KEYS[4], ARGV[3], { ARGV[5], ARGV[6], ARGV[7] })
if wait then return wait end
local lock = { ARGV[8], KEYS[5], ARGV[9], ARGV[1], ARGV[3], g.device }
local answer = isCode(KEYS[3], ARGV[3], ARGV[4], lock) and 'yes' or 'no'
redis.call('HSET', KEYS[4], op, answer)
return answer
