-- KEYS 1 account, 2 grants
-- ARGV 1 operation, 2 epoch, 3 grant, 4 parent ('' the first of the chain), 5 new token, 6 sealed value of it,
--      7 most successors that stand beside each other
-- The first refresh token of a grant is the head; later ones stand beside each other as successors of the
-- head until one is used. When no more may stand, the newest of them is handed out again.
-- Result: {'ok'} | {'again', name, sealed value} | {'lost'} the head has moved on | {'gone'}
if not open(KEYS[1], ARGV[2]) then return { 'gone' } end
local g = grant(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return { 'gone' } end
if g.cur == ARGV[5] or has(g.next, ARGV[5]) then return { 'ok' } end
if g.cur ~= ARGV[4] then return { 'lost' } end
if g.cur == '' then
  g.cur = ARGV[5]
elseif count(g.next) >= tonumber(ARGV[7]) then
  return { 'again', string.match(g.next, '([^,]+),$'), g.last }
else
  g.next, g.last = g.next .. ARGV[5] .. ',', ARGV[6]
end
put(KEYS[2], ARGV[3], g)
return { 'ok' }
