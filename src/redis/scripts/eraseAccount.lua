-- KEYS 1 account, 2 and on: everything else of it
-- ARGV 1 operation
-- A closed account goes, with all that stands in its slot.
-- Result: 1 gone (or it was before), 0 it is not closed
local status = redis.call('HGET', KEYS[1], 'status')
if status and status ~= 'closed' then return 0 end
redis.call('UNLINK', unpack(KEYS))
return 1
