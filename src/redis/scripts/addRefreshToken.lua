-- KEYS 1 account, 2 grants, 3 accessToken
-- PRELUDES account, chains, grants, lists, tokens
-- ARGV 1 operation, 2 epoch, 3 grant, 4 parent ('' the first of the chain), 5 its place ('' its seal says none),
--      6 new token, 7 generation of it, 8 sealed value of it, 9 most successors that stand beside each other,
--      10 sealed: what all tokens of the chain have in common ('' the chain knows it),
--      11 … the access token that goes out with it, as `writeToken` takes it (absent: it is written by itself)
-- The first refresh token of a grant is the head of its chain. Later ones are handed out for one that a device presents,
-- their parent, which is used with this: the head may come again (its answer was lost), a successor becomes the
-- head; what was used up is replay, for which the caller ends this grant, and only this one (RFC 9700 section
-- 4.14.2). The new one stands beside the other successors of the head until one is used; when no more may stand, the
-- newest of them is handed out again.
-- Result: {'ok'} | {'again', name, sealed value} | {'replay'} | {'gone'} |
--         {'lost'} the chain has begun anew, or has not come so far
if not open(KEYS[1], ARGV[2]) then return { 'gone' } end
local g = grantOrSweep(KEYS[2], ARGV[3])
if not g or g.st ~= 'active' then return { 'gone' } end
if g.cur == ARGV[6] or has(g.next, ARGV[6]) then return { 'ok' } end
if tostring(g.gen) ~= ARGV[7] or (g.cur == '') ~= (ARGV[4] == '') then return { 'lost' } end
if ARGV[10] ~= '' then g.chain = ARGV[10] end
if g.cur == '' then
  g.cur = ARGV[6]
else
  local standing = standingOf(g, ARGV[4], ARGV[5])
  if standing == 'ahead' then return { 'lost' } end
  if standing == 'replay' then return { 'replay' } end
  if standing == 'successor' then promote(g, ARGV[4]) end
  if count(g.next) >= tonumber(ARGV[9]) then
    local name = string.match(g.next, '([^,]+),$')
    if ARGV[11] then writeToken(KEYS[3], name, unpack(ARGV, 11)) end
    return { 'again', name, g.last }
  end
  g.next, g.last = g.next .. ARGV[6] .. ',', ARGV[8]
end
sealedBy(g, ARGV[8])
put(KEYS[2], ARGV[3], g)
if ARGV[11] then writeToken(KEYS[3], ARGV[6], unpack(ARGV, 11)) end
return { 'ok' }
