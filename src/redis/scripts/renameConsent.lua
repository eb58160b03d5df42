-- KEYS 1 consents, 2 grants
-- PRELUDES grants
-- ARGV 1 operation, 2 name, 3 its sealed payload as it was read, 4 new name, 5 payload sealed for that
-- A consent gets the name of its client under the secret that writes now, with all grants under it. One that was changed
-- since stays, and so does one that has the new name already: it is of a later sign-out.
-- Result: 1 it has the new name, 0 changed
local text = redis.call('HGET', KEYS[1], ARGV[2])
if not text then return redis.call('HEXISTS', KEYS[1], ARGV[4]) end
local c = cjson.decode(text)
if c.payload ~= ARGV[3] then return 0 end
if redis.call('HEXISTS', KEYS[1], ARGV[4]) == 0 then
  c.payload = ARGV[5]
  put(KEYS[1], ARGV[4], c)
  for name in string.gmatch(c.grants, '[^,]+') do
    local held = redis.call('HGET', KEYS[2], name)
    local g = held and cjson.decode(held)
    if g and g.consent == ARGV[2] then
      g.consent = ARGV[4]
      put(KEYS[2], name, g)
    end
  end
end
redis.call('HDEL', KEYS[1], ARGV[2])
return 1
