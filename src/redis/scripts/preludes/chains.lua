-- PRELUDES lists
-- The chains of refresh tokens that grants have.

-- The first used successor wins: it becomes the head of the chain, its siblings are losers from now on.
-- Up to four former heads stay known, since the access tokens issued with them may still be in use.
local function promote(g, name)
  if g.cur ~= '' then g.past = push(g.past, g.cur, 4) end
  g.cur, g.next, g.last = name, ',', ''
end
