-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done, 6 dead, 7 deadBodies
-- PRELUDES dead, queues
-- ARGV 1 operation, 2 most that are kept, 3 how long, ms, then pairs: notice, why its receiver has refused it ('' it has taken it)
-- The receiver says what became of what it has got, whichever server holds it: taken, it leaves; refused, it is kept as given up.
-- Result: 1; what is not there any more is passed over
for i = 4, #ARGV, 2 do
  local text = ARGV[i] ~= 'taken' and redis.call('HGET', KEYS[3], ARGV[i])
  if text and ARGV[i + 1] == '' then
    leaveQueue(KEYS, ARGV[i])
  elseif text then
    deadLetter(KEYS, ARGV[i], ARGV[i + 1], cjson.decode(text).tries + 1, ARGV[2], ARGV[3])
  end
end
return 1
