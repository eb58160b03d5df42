-- PRELUDES lists
-- The chains of refresh tokens that grants have.

-- The first used successor wins: it becomes the head of the chain, its siblings are losers from now on.
-- Up to four former heads stay known, since the access tokens issued with them may still be in use.
local function promote(g, name)
  if g.cur ~= '' then g.past = push(g.past, g.cur, 4) end
  g.cur, g.next, g.last, g.place, g.was = name, ',', '', (g.place or 0) + 1, nil
end

-- Under which master secret the newest token was sealed (`by`), and the head of the chain, where that is another (`was`).
local function sealedBy(g, sealed)
  local by = string.match(sealed, '^[^.]+')
  if g.by ~= by then g.was, g.by = g.by, by end
end

-- Where a token stands, and its place: 'head', 'successor', 'replay', or 'ahead'. `place`: as its seal says ('' it has none).
-- A place above the head's that is none of the successors is of a chain that went on from here in a store that was lost.
local function standingOf(g, name, place)
  local at = g.place or 0
  if g.cur == name then return 'head', at end
  if has(g.next, name) then return 'successor', at + 1 end
  if g.cur == '' or place ~= '' and tonumber(place) > at then return 'ahead', 0 end
  return 'replay', 0
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
