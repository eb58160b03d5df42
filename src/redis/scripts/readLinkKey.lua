-- KEYS 1 account, 2 linkKeys
-- PRELUDES linking
-- ARGV 1 name of the key
-- Result: nil: none that may link anything; or {id, epoch, made ms, end ms, uses left, last refusal ms (0 none), why,
--         sealed facts}
local k = linkKey(KEYS[1], KEYS[2], ARGV[1])
return k and { k.id, k.epoch, k.since, k.till, k.left, k.told, k.why, k.facts }
