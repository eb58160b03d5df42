-- KEYS 1 account
-- ARGV 1 operation, 2 entry
-- Everything up to the entry is taken charge of, and waits to be mailed; an account that is gone stays gone.
-- Result: 1
local function parts(id)
  local at, count = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(at), tonumber(count)
end
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
redis.call('HSETNX', KEYS[1], 'mailed', redis.call('HGET', KEYS[1], 'told') or '0-0')
local at, count = parts(redis.call('HGET', KEYS[1], 'told') or '0-0')
local newAt, newCount = parts(ARGV[2])
if newAt > at or newAt == at and newCount > count then redis.call('HSET', KEYS[1], 'told', ARGV[2]) end
return 1
