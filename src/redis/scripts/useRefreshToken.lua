-- KEYS 1 account, 2 grants, 3 ended
-- ARGV 1 operation, 2 epoch, 3 grant, 4 refresh token
-- The device presents a refresh token. The head of the chain may come again (its answer was lost); a
-- successor becomes the head; anything else is replay and ends this grant, and only this one (RFC 9700 4.14.2).
-- Result: 'ok' | 'replay' | 'gone'
if redis.call('HGET', KEYS[3], ARGV[3]) == ARGV[1] then return 'replay' end
if not open(KEYS[1], ARGV[2]) then return 'gone' end
local g = grant(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return 'gone' end
if g.cur == ARGV[4] then return 'ok' end
if has(g.next, ARGV[4]) then
  promote(g, ARGV[4])
  put(KEYS[2], ARGV[3], g)
  return 'ok'
end
redis.call('HDEL', KEYS[2], ARGV[3])
bury(KEYS[3], ARGV[3], ARGV[1])
return 'replay'
