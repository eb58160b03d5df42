-- KEYS 1 account, 2 consents, 3 grants, 4 activity
-- PRELUDES account, events, grants, time
-- ARGV 1 operation, 2 epoch, 3 name of the consent, 4 version it replaces ('' none), 5 sealed payload,
--      6 'less' when it gives less than before, 7 sealed event ('' none), 8 and on: a grant under it, its new payload
-- Makes or replaces a consent by compare-and-set. One that gives less narrows every active grant under it in the
-- same step, and kills the codes that were issued under it: so all of its grants must be among the arguments.
-- Result: 'written' | 'changed' since it was read | 'signed-out'
if not open(KEYS[1], ARGV[2]) then return 'signed-out' end
local text = redis.call('HGET', KEYS[2], ARGV[3])
local c = text and cjson.decode(text) or {}
if c.v == ARGV[1] then return 'written' end
if c.epoch ~= ARGV[2] then c = {} end
if (c.v or '') ~= ARGV[4] then return 'changed' end
local narrowed = {}
for i = 8, #ARGV, 2 do narrowed[ARGV[i]] = ARGV[i + 1] end
if ARGV[6] == 'less' then
  for name in string.gmatch(c.grants, '[^,]+') do
    if not narrowed[name] and grantOrSweep(KEYS[3], name) then return 'changed' end
  end
  for name, payload in pairs(narrowed) do
    local g = grantOrSweep(KEYS[3], name)
    if g then
      g.payload = payload
      put(KEYS[3], name, g)
    end
  end
  c.cut = ARGV[1]
end
local at = now()
put(KEYS[2], ARGV[3], { epoch = ARGV[2], v = ARGV[1], id = c.id or ARGV[1], cut = c.cut or ARGV[1],
  since = c.since or at, used = c.used or at, grants = c.grants or ',', browsers = c.browsers or ',',
  payload = ARGV[5] })
record(KEYS[4], ARGV[7], ARGV[1])
return 'written'
