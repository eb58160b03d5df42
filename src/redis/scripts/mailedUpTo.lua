-- KEYS 1 account
-- PRELUDES time
-- ARGV 1 operation, 2 entry, 3 how much one mail adds to the account's pace, ms (0: there was nothing to mail)
-- Everything up to the entry has been mailed. The pace runs ahead of the clock while mails are many.
-- Result: the pace
if redis.call('EXISTS', KEYS[1]) == 0 then return '0' end
local kept = redis.call('HMGET', KEYS[1], 'mailedop', 'paced')
if kept[1] == ARGV[1] then return kept[2] or '0' end
local paced = tonumber(kept[2] or '0')
if tonumber(ARGV[3]) > 0 then paced = math.max(now(), paced) + ARGV[3] end
redis.call('HSET', KEYS[1], 'mailed', ARGV[2], 'paced', string.format('%d', paced), 'mailedop', ARGV[1])
redis.call('HDEL', KEYS[1], 'mailing')
return string.format('%d', paced)
