-- KEYS 1 account, 2 activity, 3 grants, 4 browsers, 5 ended, 6 factors, 7 trusted, 8 voiceCode, 9 voiceTries,
--      10 profiles, 11 consents, 12 entered, 13 notices, 14 linkKeys, 15 voiceLimits, 16 voicePurchases,
--      17 upstream
-- ARGV 1 operation
-- A closed account goes, with all that stands in its slot.
-- Result: 1 gone (or it was before), 0 it is not closed
local status = redis.call('HGET', KEYS[1], 'status')
if status and status ~= 'closed' then return 0 end
redis.call('UNLINK', unpack(KEYS))
return 1
