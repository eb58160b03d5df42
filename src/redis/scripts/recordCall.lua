-- KEYS 1 trail
-- PRELUDES lists, time
-- ARGV 1 operation, 2 sealed entry, 3 entries that are kept, 4 milliseconds for which one is
-- Adds what a program of the operator's asked for, or was answered, to the trail of all of it.
-- Result: 1
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 64)) do
  if has(',' .. table.concat(entry[2], ',') .. ',', ARGV[1]) then return 1 end
end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'call', ARGV[2], 'op', ARGV[1])
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', now() - ARGV[4]))
return 1
