-- KEYS 1 account, 2 activity
-- PRELUDES events
-- ARGV 1 operation, 2 sealed role that was read ('' none), 3 new sealed role ('' none), 4 sealed event
-- Gives an account a role as operator, another one, or none, by compare-and-set. It stands whatever the account's status is.
-- Result: 1 changed, 0 another request was first, -1 no such account
local a = redis.call('HMGET', KEYS[1], 'status', 'role', 'roleop')
if not a[1] then return -1 end
if a[3] == ARGV[1] then return 1 end
if (a[2] or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'roleop', ARGV[1])
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], 'role')
else
  redis.call('HSET', KEYS[1], 'role', ARGV[3])
end
record(KEYS[2], ARGV[4], ARGV[1])
return 1
