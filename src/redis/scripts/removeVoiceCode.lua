-- KEYS 1 account, 2 voiceCode, 3 ended, 4 activity
-- PRELUDES account, ended, events
-- ARGV 1 operation, 2 epoch of the owner's proof, 3 sealed event
-- Result: 1 removed (or already by this operation), 0 refused, or there is none
if redis.call('EXISTS', KEYS[2]) == 0 then
  return endedBy(KEYS[3], 'voice-code') == ARGV[1] and 1 or 0
end
if not open(KEYS[1], ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[2])
leaveTombstone(KEYS[3], 'voice-code', ARGV[1])
record(KEYS[4], ARGV[3], ARGV[1])
return 1
