-- KEYS 1 all (registered clients, by when each leaves), 2 owner (those that are kept for one owner)
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the client, 4 cap of all, 5 cap of the owner ('' none)
-- One that has its place leaves no sooner than after this lifetime. What is kept for one owner shrinks with the cube of what
-- is left of all, down to one: an attacker with an account would fill all places with clients of their own.
-- Result: 1 it stays as long, 0 as many are kept for the owner as may be, -1 it has no place
local at = now()
local function isIn(i)
  local leaves = redis.call('ZSCORE', KEYS[i], ARGV[3])
  return leaves and tonumber(leaves) > at
end
local function counted(i) return redis.call('ZCOUNT', KEYS[i], '(' .. at, '+inf') end
if not isIn(1) then return -1 end
if ARGV[5] ~= '' then
  local left = math.max(0, 1 - counted(1) / ARGV[4])
  if not isIn(2) and counted(2) >= math.max(1, math.ceil(ARGV[5] * left ^ 3)) then return 0 end
  redis.call('ZADD', KEYS[2], at + ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
redis.call('ZADD', KEYS[1], 'XX', 'GT', at + ARGV[2], ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', at)
return 1
