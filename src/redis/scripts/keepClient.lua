-- KEYS 1 all (registered clients, by when each leaves), 2 owner (those that are kept for one owner)
-- PRELUDES time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the client, 4 cap of all, 5 cap of the owner ('' none)
-- One that has its place leaves no sooner than after this lifetime. What is kept for one owner shrinks with the cube of what
-- is left of all, down to one: an attacker with an account would fill all places with clients of their own. Beyond that the
-- one whose time is over first is kept for this owner no more: an app may register itself anew each time that it starts.
-- Result: 1 it stays as long, -1 it has no place, or the name of the one that made room for it
local at = now()
local function isIn(i)
  local leaves = redis.call('ZSCORE', KEYS[i], ARGV[3])
  return leaves and tonumber(leaves) > at
end
local function counted(i) return redis.call('ZCOUNT', KEYS[i], '(' .. at, '+inf') end
if not isIn(1) then return -1 end
local gone
if ARGV[5] ~= '' then
  local left = math.max(0, 1 - counted(1) / ARGV[4])
  if not isIn(2) and counted(2) >= math.max(1, math.ceil(ARGV[5] * left ^ 3)) then
    gone = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. at, '+inf', 'LIMIT', 0, 1)[1]
  end
  redis.call('ZADD', KEYS[2], at + ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
  if gone then redis.call('ZREM', KEYS[2], gone) end
end
redis.call('ZADD', KEYS[1], 'XX', 'GT', at + ARGV[2], ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', at)
return gone or 1
