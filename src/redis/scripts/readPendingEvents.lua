-- KEYS 1 account, 2 activity
-- PRELUDES pending
-- ARGV 1 most entries
-- Result: entries after the last one that a server has taken charge of, oldest first; the pace of the account's mails;
-- 1 when events were dropped that no server has taken charge of
local kept = redis.call('HMGET', KEYS[1], 'told', 'paced')
local entries = redis.call('XRANGE', KEYS[2], '(' .. (kept[1] or '0-0'), '+', 'COUNT', ARGV[1])
return { entries, kept[2] or '0', dropped(KEYS[2], entries) }
