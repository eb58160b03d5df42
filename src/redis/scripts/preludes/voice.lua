-- PRELUDES events, lists, time
-- The code by which an owner confirms what is bought by voice, as a device tries it.

-- Counts a try of a device before anything is compared, so that tries at once cannot share one, and whether or not
-- there is a code, so that waiting tells nothing. `most`: of a device, of the account, within ms.
-- Returns ms to wait where there are as many as may be.
local function countTry(tries, device, most)
  local of = 'of:' .. device
  local t = redis.call('HMGET', tries, of, 'all')
  if tonumber(t[1] or 0) >= tonumber(most[1]) or tonumber(t[2] or 0) >= tonumber(most[2]) then
    return math.max(redis.call('PTTL', tries), 1)
  end
  redis.call('HINCRBY', tries, of, 1)
  if redis.call('HINCRBY', tries, 'all', 1) == 1 then redis.call('PEXPIRE', tries, most[3]) end
end

-- Whether it is the code, and works. A right one forgives the wrong tries of its own device alone: an attacker at
-- another device does not guess on while the owner shops here. `lock`: wrong tries that lock the code, then what
-- `record` takes.
local function isCode(key, device, macs, lock)
  local of = 'of:' .. device
  local v = redis.call('HMGET', key, 'code', 'locked', of)
  if not v[1] or v[2] then return false end
  if has(macs, v[1]) then
    if v[3] then redis.call('HINCRBY', key, 'wrong', -v[3]) end
    redis.call('HDEL', key, of)
    return true
  end
  redis.call('HINCRBY', key, of, 1)
  if redis.call('HINCRBY', key, 'wrong', 1) >= tonumber(lock[1]) then
    redis.call('HSET', key, 'locked', now())
    record(unpack(lock, 2))
  end
  return false
end
