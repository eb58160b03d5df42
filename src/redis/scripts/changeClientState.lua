-- KEYS 1 clientStates, 2 clientEvents
-- PRELUDES events, time
-- ARGV 1 operation, 2 'disable' | 'enable' | 'end' | 'delete', 3 sealed id of the client,
--   4 '1': it registered itself, 5 sealed event ('' none), 6 and on: names of the client
-- One act of the operator, in one write whatever the client has: its epoch is raised, so all that began before is dead.
-- One that was deleted stays deleted; what is so already is left as it is, but for `end`, which ends what came since.
-- `v` changes with every act, so that a server which knows it knows all states.
-- Result: {1 changed, 0 it was so, state as JSON}
local name, c, kept = ARGV[6], { status = 'active', epoch = 0, moved = {} }, nil
for i = 6, #ARGV do
  local text = redis.call('HGET', KEYS[1], ARGV[i])
  if text then name, c, kept = ARGV[i], cjson.decode(text), text end
end
local wanted = ({ disable = 'disabled', enable = 'active', delete = 'deleted' })[ARGV[2]] or c.status
local is_so = c.status == 'deleted' or (ARGV[2] ~= 'end' and c.status == wanted)
if c.op == ARGV[1] then return { 1, kept } end
if is_so then return { 0, kept or cjson.encode(c) } end
c.status, c.epoch, c.op, c.id = wanted, c.epoch + 1, ARGV[1], c.id or ARGV[3]
c.registered = c.registered or ARGV[4] == '1' or nil
c.moved[#c.moved + 1] = now()
if #c.moved > 20 then table.remove(c.moved, 1) end
kept = cjson.encode(c)
redis.call('HSET', KEYS[1], name, kept, 'v', ARGV[1])
record(KEYS[2], ARGV[5], ARGV[1])
return { 1, kept }
