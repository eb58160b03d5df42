-- PRELUDES account, time
-- The keys by which an owner links machines without a screen.

-- A key that may still link one, or nil: of this epoch, not past its time, with a use left.
local function linkKey(account, linkKeys, name)
  local text = redis.call('HGET', linkKeys, name)
  local k = text and cjson.decode(text)
  return k and k.left > 0 and k.till > now() and open(account, k.epoch) and k or nil
end
