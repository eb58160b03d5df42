-- KEYS 1 account, 2 activity
-- PRELUDES pending
-- ARGV 1 most entries
-- What the owner was not mailed yet, oldest first.
-- Result: the entry up to which they were mailed; the one up to which a mail has been begun, or ''; entries;
-- 1 when events that were not mailed were dropped, since so many came after them; the pace of the account's mails
local kept = redis.call('HMGET', KEYS[1], 'mailed', 'told', 'mailing', 'paced')
local mailed = kept[1] or kept[2] or '0-0'
local entries = redis.call('XRANGE', KEYS[2], '(' .. mailed, '+', 'COUNT', ARGV[1])
return { mailed, kept[3] or '', entries, dropped(KEYS[2], entries), kept[4] or '0' }
