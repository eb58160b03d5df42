-- KEYS 1 deviceCode
-- PRELUDES time
-- Looks at a code. It is no poll, and the pace of its device is as it was.
-- Result: nil unknown, or {state, payload, ms left (<= 0 expired), who decided}; without the payload once it is consumed
local c = redis.call('HMGET', KEYS[1], 'state', 'payload', 'exp', 'by')
if not c[1] then return false end
return { c[1], c[2], c[3] - now(), c[4] }
