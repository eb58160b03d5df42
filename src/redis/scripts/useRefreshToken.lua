-- KEYS 1 account, 2 grants
-- ARGV 1 operation, 2 epoch, 3 grant, 4 refresh token
-- The device presents a refresh token. The head of the chain may come again (its answer was lost); a
-- successor becomes the head; anything else is replay, for which the caller ends this grant, and only this one
-- (RFC 9700 section 4.14.2).
-- Result: 'ok' | 'replay' | 'gone'
if not open(KEYS[1], ARGV[2]) then return 'gone' end
local g = grant(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return 'gone' end
if g.cur == ARGV[4] then return 'ok' end
if not has(g.next, ARGV[4]) then return 'replay' end
promote(g, ARGV[4])
put(KEYS[2], ARGV[3], g)
return 'ok'
