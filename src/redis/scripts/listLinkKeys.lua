-- KEYS 1 account, 2 linkKeys
-- PRELUDES linking
-- ARGV 1 epoch
-- Result: of each key that may still link something, what `readLinkKey` says of it
local rows, found = {}, redis.call('HKEYS', KEYS[2])
for _, name in ipairs(found) do
  local k = linkKey(KEYS[1], KEYS[2], name)
  if k and k.epoch == ARGV[1] then
    rows[#rows + 1] = { k.id, k.epoch, k.since, k.till, k.left, k.told, k.why, k.facts }
  end
end
return rows
