-- KEYS 1 account, 2 activity
-- PRELUDES pending
-- ARGV 1 most entries
-- Result: entries after the last one that is queued with receivers, oldest first; 1 when events were dropped that are not; when the
--         account was created, where that is not queued
local noticed = redis.call('HGET', KEYS[1], 'noticed')
local entries = redis.call('XRANGE', KEYS[2], '(' .. (noticed or '0-0'), '+', 'COUNT', ARGV[1])
return { entries, noticed and dropped(KEYS[2], entries) or 0, redis.call('HGET', KEYS[1], 'created') }
