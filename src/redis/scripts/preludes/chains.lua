-- PRELUDES lists
-- The chains of refresh tokens that grants have.

-- The first used successor wins: it becomes the head of the chain, its siblings are losers from now on.
-- Up to four former heads stay known, since the access tokens issued with them may still be in use.
local function promote(g, name)
  if g.cur ~= '' then g.past = push(g.past, g.cur, 4) end
  g.cur, g.next, g.last = name, ',', ''
end

-- An access token is used, which went out with this refresh token ('' none), and with it that one.
-- Whether the token stands: it went out with the head, a former head, or a successor; and whether that changed the chain.
local function useWith(g, name)
  if has(g.next, name) then
    promote(g, name)
    return true, true
  end
  return name == '' or g.cur == name or has(g.past, name), false
end
