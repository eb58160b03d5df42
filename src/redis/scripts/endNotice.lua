-- KEYS 1 due, 2 queued, 3 bodies, 4 counts, 5 done
-- PRELUDES queues
-- ARGV 1 operation, 2 notice, 3 hold
-- The receiver has heard it, or never will: it leaves.
-- Result: 1; nothing has changed where another server has taken over
if heldBy(KEYS, ARGV[2], ARGV[3]) then leaveQueue(KEYS, ARGV[2]) end
return 1
