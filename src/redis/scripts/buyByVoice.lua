-- KEYS 1 account, 2 grants, 3 voiceCode, 4 voiceTries (of late), 5 activity, 6 voiceLimits, 7 voicePurchases
-- PRELUDES account, grants, purchases, time, voice
-- ARGV 1 operation, 2 epoch, 3 grant of the device, 4 HMACs of the code that was said (',a,b,'; '' none was), 5 most
--      tries of a device and 6 of an account within 7 ms, 8 wrong tries that lock the code, 9 sealed event of locking
--      it, 10 amount, 11 currency, 12 names of the purchase (',a,b,', the one to write in front), 13 ms that the
--      owner's clock is before UTC, 14 most names within 15 ms
-- Decides what a device wants to buy, and counts it on the owner's day, whichever device asks; the day goes on only.
-- Nothing is compared that would not be bought with a right code, and a wrong one buys nothing.
-- Result: ms to wait; 'bought' (or before, under this name), 'other' was, 'gone', 'unset', 'currency', 'day', 'code', 'wrong'
local g = open(KEYS[1], ARGV[2]) and grantOrSweep(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return 'gone' end
local op, what = 'op:' .. ARGV[1], ARGV[10] .. ' ' .. ARGV[11]
local answered = redis.call('HGET', KEYS[4], op)
if answered then return answered end
local known = boughtAs(KEYS[7], ARGV[12], ARGV[15])
if known then return known == what and 'bought' or 'other' end
local wait = countTry(KEYS[4], ARGV[3], { ARGV[5], ARGV[6], ARGV[7] }) or fullFor(KEYS[7], ARGV[14], ARGV[15])
if wait then return wait end
local l = redis.call('HMGET', KEYS[6], 'currency', 'most', 'free', 'day', 'bought', 'bare')
local day = math.max(math.floor((now() + ARGV[13]) / 86400000), tonumber(l[4] or 0))
local isToday, said = tonumber(l[4] or 0) == day, ARGV[4] ~= ''
local bought = (isToday and l[5] or 0) + ARGV[10]
local bare = (isToday and l[6] or 0) + (said and 0 or ARGV[10])
local lock = { ARGV[8], KEYS[5], ARGV[9], ARGV[1], ARGV[3], g.device }
local answer = not l[1] and 'unset' or l[1] ~= ARGV[11] and 'currency' or bought > tonumber(l[2] or 0) and 'day'
  or not said and bare > tonumber(l[3]) and 'code' or said and not isCode(KEYS[3], ARGV[3], ARGV[4], lock) and 'wrong'
if not answer then
  answer = 'bought'
  redis.call('HSET', KEYS[7], string.match(ARGV[12], '[^,]+'), now() .. ' ' .. what)
  redis.call('PEXPIRE', KEYS[7], ARGV[15])
  redis.call('HSET', KEYS[6], 'day', day, 'bought', bought, 'bare', bare)
end
redis.call('HSET', KEYS[4], op, answer)
return answer
