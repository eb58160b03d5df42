-- KEYS 1 account, 2 consents, 3 grants
-- PRELUDES account, grants
-- ARGV 1 epoch, 2 'grants' to hear of the grants under each, or '', 3 and on: names of one consent (none: all)
-- Consents that stand under this epoch, with the time at which each, or a grant under it, was last used.
-- Result: a list of {name, id, version, cut, sealed payload, since, used, {grant, sealed payload, …}}
if not open(KEYS[1], ARGV[1]) then return {} end
local found = {}
if #ARGV == 2 then found = redis.call('HGETALL', KEYS[2]) end
for i = 3, #ARGV do
  local text = redis.call('HGET', KEYS[2], ARGV[i])
  if text then found[#found + 1], found[#found + 2] = ARGV[i], text end
end
local result = {}
for i = 1, #found, 2 do
  local c, grants = cjson.decode(found[i + 1]), {}
  if c.epoch == ARGV[1] then
    for name in string.gmatch(ARGV[2] == 'grants' and c.grants or '', '[^,]+') do
      local g = grant(KEYS[3], name)
      if g then
        grants[#grants + 1], grants[#grants + 2] = name, g.payload
        c.used = math.max(c.used, g.used or g.since)
      end
    end
    result[#result + 1] = { found[i], c.id, c.v, c.cut, c.payload, c.since, c.used, grants }
  end
end
return result
