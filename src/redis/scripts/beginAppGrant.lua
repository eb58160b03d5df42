-- KEYS 1 account, 2 consents, 3 grants, 4 browsers, 5 ended, 6 notices
-- PRELUDES account, ended, grants, lists, notices, time
-- ARGV 1 operation, 2 epoch, 3 grant, 4 cut of the consent, 5 browser it ends with ('' none), 6 lifetime ms,
--      7 sealed payload, 8 most active grants under one consent, 9 browser in which its owner signed in (the app hears
--      of it where that has ended since), 10 and on: names of the consent
-- An app has redeemed its code. A grant that is there already, or has ended, means that it was redeemed before: then
-- what it brought ends here (RFC 6749 section 4.1.2).
-- Result: {'begun', profile of the account} | {'replay'} | {'refused'}
local g = grantOrSweep(KEYS[3], ARGV[3])
if g and g.op == ARGV[1] then return { 'begun', redis.call('HGET', KEYS[1], 'profile') } end
if g or redis.call('HEXISTS', KEYS[5], ARGV[3]) == 1 then
  redis.call('HDEL', KEYS[3], ARGV[3])
  if g and g.consent then oweNotice(KEYS[6], g.consent, ',' .. g.session .. ',', 0) end
  if endedBy(KEYS[5], ARGV[3]) ~= ARGV[1] then leaveTombstone(KEYS[5], ARGV[3], ARGV[1]) end
  return { 'replay' }
end
if not open(KEYS[1], ARGV[2]) then return { 'refused' } end
if ARGV[5] ~= '' and redis.call('HEXISTS', KEYS[4], ARGV[5]) == 0 then return { 'refused' } end
local c, field
for i = 10, #ARGV do
  local text = redis.call('HGET', KEYS[2], ARGV[i])
  if text and not (c and c.epoch == ARGV[2]) then c, field = cjson.decode(text), ARGV[i] end
end
if not c or c.epoch ~= ARGV[2] or c.cut ~= ARGV[4] then return { 'refused' } end
local at, active = now(), ','
for name in string.gmatch(c.grants, '[^,]+') do
  if grantOrSweep(KEYS[3], name) then active = active .. name .. ',' end
end
if count(active) >= tonumber(ARGV[8]) then
  local oldest = string.match(active, '[^,]+')
  redis.call('HDEL', KEYS[3], oldest)
  leaveTombstone(KEYS[5], oldest, ARGV[1])
end
put(KEYS[3], ARGV[3], { st = 'active', app = true, op = ARGV[1], since = at, exp = at + ARGV[6], till = at + ARGV[6],
  browser = ARGV[5], consent = field, session = ARGV[9], gen = 0, cur = '', next = ',', past = ',', last = '', payload = ARGV[7] })
c.grants, c.used = push(active, ARGV[3], tonumber(ARGV[8])), at
if not has(c.browsers or ',', ARGV[9]) then c.browsers = push(c.browsers or ',', ARGV[9], 100) end
put(KEYS[2], field, c)
if redis.call('HEXISTS', KEYS[4], ARGV[9]) == 0 then oweNotice(KEYS[6], field, ',' .. ARGV[9] .. ',', 0) end
return { 'begun', redis.call('HGET', KEYS[1], 'profile') }
