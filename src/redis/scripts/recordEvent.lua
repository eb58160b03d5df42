-- KEYS 1 activity
-- PRELUDES events, lists
-- ARGV 1 operation, 2 sealed event
-- Writes down an event that comes without a change of the account.
-- Result: 1
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 16)) do
  if has(',' .. table.concat(entry[2], ',') .. ',', ARGV[1]) then return 1 end
end
record(KEYS[1], ARGV[2], ARGV[1])
return 1
