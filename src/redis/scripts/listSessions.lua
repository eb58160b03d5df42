-- KEYS 1 account, 2 browsers
-- PRELUDES account, room, time
-- ARGV 1 epoch
-- The browsers that are signed in to an account. One past its idle or absolute end is none.
-- Result: nil the account may not act under this epoch, or a list of {browser, last seen ms, sealed payload}
if not open(KEYS[1], ARGV[1]) then return false end
local found, rows, at = redis.call('HGETALL', KEYS[2]), {}, now()
for i = 1, #found, 2 do
  local b = cjson.decode(found[i + 1])
  if b.epoch == ARGV[1] and not isDead(b, at) then rows[#rows + 1] = { found[i], b.seen, b.payload } end
end
return rows
