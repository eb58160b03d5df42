-- KEYS 1 account, 2 activity
-- PRELUDES account, events
-- ARGV 1 operation, 2 epoch ('' whichever it is: the operator asks), 3 sealed event ('' none)
-- The owner, or the operator for them, has changed their mind in time.
-- Result: 1 kept (or already by this operation), 0 it was not closing, or is closed
if ARGV[2] == '' and redis.call('HGET', KEYS[1], 'status') == 'closed' then return 0 end
if ARGV[2] ~= '' and not open(KEYS[1], ARGV[2]) then return 0 end
if redis.call('HDEL', KEYS[1], 'closes') == 1 then
  redis.call('HSET', KEYS[1], 'keepop', ARGV[1])
  record(KEYS[2], ARGV[3], ARGV[1])
  return 1
end
return redis.call('HGET', KEYS[1], 'keepop') == ARGV[1] and 1 or 0
