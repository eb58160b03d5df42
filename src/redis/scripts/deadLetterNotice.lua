-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done, 6 dead, 7 deadBodies
-- PRELUDES dead, queues
-- ARGV 1 operation, 2 notice, 3 hold, 4 reason, 5 tries, 6 most that are kept, 7 how long, ms
-- The receiver has not taken it, and it is tried no more: it leaves, and is kept for a replay.
-- Result: 1; nothing has changed where another server has taken over
if heldBy(KEYS, ARGV[2], ARGV[3]) then deadLetter(KEYS, ARGV[2], ARGV[4], ARGV[5], ARGV[6], ARGV[7]) end
return 1
