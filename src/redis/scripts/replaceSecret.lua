-- KEYS 1 secret
-- ARGV 1 operation, 2 sealed text that was read, 3 sealed text to stand there
-- Replaces what was read, unless another server has done so meanwhile. Every sealed text is another one.
-- Result: 1 replaced, 0 it is not what was read
local stands = redis.call('GET', KEYS[1])
if stands == ARGV[3] then return 1 end
if stands ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3])
return 1
