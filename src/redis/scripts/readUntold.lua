-- KEYS 1 account, 2 activity
-- ARGV 1 most entries
-- Result: entries after the last one that somebody has taken charge of, oldest first
local told = redis.call('HGET', KEYS[1], 'told') or '0-0'
return redis.call('XRANGE', KEYS[2], '(' .. told, '+', 'COUNT', ARGV[1])
