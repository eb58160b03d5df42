-- KEYS 1 client (under the name of a former secret)
-- ARGV 1 operation, 2 version
-- It has been copied to its new name: gone, unless it was changed since.
-- Result: 1 gone, 0 changed
local version = redis.call('HGET', KEYS[1], 'v')
if version and version ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
return 1
