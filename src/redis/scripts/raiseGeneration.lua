-- KEYS 1 account, 2 grants
-- PRELUDES grants
-- ARGV 1 operation, 2 grant
-- Every token issued under the grant so far is dead; the grant stays.
-- Result: 1 raised, 0 no such grant
local g = grantOrSweep(KEYS[2], ARGV[2])
if not g then return 0 end
if g.genop ~= ARGV[1] then
  g.gen, g.genop, g.cur, g.next, g.past, g.last, g.place = g.gen + 1, ARGV[1], '', ',', ',', '', 0
  put(KEYS[2], ARGV[2], g)
end
return 1
