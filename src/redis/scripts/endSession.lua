-- KEYS 1 browsers, 2 ended, 3 activity, 4 consents, 5 notices
-- PRELUDES ended, events, notices
-- ARGV 1 operation, 2 browser, 3 sealed event ('' none), 4 and on: names of the session id it is
--      ended by (none: by its uid)
-- Signs one browser out, unless the session id is a former one of it, and with it the apps that were used there.
-- Result: 1 signed out (or already by this operation), 0 there was nothing to end
local text = redis.call('HGET', KEYS[1], ARGV[2])
if not text then return endedBy(KEYS[2], ARGV[2]) == ARGV[1] and 1 or 0 end
local current, known = cjson.decode(text).session, #ARGV == 3
for i = 4, #ARGV do known = known or current == ARGV[i] end
if not known then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
leaveTombstone(KEYS[2], ARGV[2], ARGV[1])
oweOfBrowsers(KEYS[4], KEYS[5], ',' .. ARGV[2] .. ',')
record(KEYS[3], ARGV[3], ARGV[1])
return 1
