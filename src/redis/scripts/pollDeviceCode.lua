-- KEYS 1 deviceCode
-- PRELUDES codes, gathered, time
-- ARGV 1 operation, 2 client that polls, 3 tolerance ms, 4 step ms, 5 highest interval ms
-- GATHERED Of several polls, key and arguments of one stand behind those of another; of each the result.
-- Reads a code and, for a poll of its own client on a pending one, keeps the pace (RFC 8628 section 3.5):
-- the first poll is free, one earlier than the base interval enlarges the interval for good, one early only
-- by the enlargement does not, and an early one does not move the time of the last accepted poll.
-- The time of a poll that was on time is kept in memory alone, so that most polls wait for no disk: a store that loses
-- it in a crash allows one poll that is early. An early one that enlarges nothing any more writes nothing. An enlarged interval, which a device was told of, is kept for good.
-- Result: nil unknown, or {state, payload, ms left (<= 0 expired), 'ok' | 'wait' | 'slow_down', interval ms,
--         ms since the last accepted poll, where there was one, epoch of its client}; without the payload, and with that
--         epoch, for a poll that has to wait
local function poll(key, at, operation, client, tolerance, step, highest)
  local c = redis.call('HMGET', key, 'state', 'payload', 'exp', 'client', 'base', 'interval', 'polled', 'pollop', 'pace', 'ce')
  if not c[1] then return false end
  local left, base, interval = c[3] - at, tonumber(c[5] or c[6]), tonumber(c[6])
  if c[1] ~= 'pending' or left <= 0 or endOf(client) ~= endOf(c[4]) then return { c[1], c[2], left, 'ok', interval } end
  if c[8] == operation then return { c[1], false, left, c[9], interval, false, c[10] } end
  local past = c[7] and at - c[7]
  local since = (past or interval) + tolerance
  if since >= interval then
    redis.set_repl(redis.REPL_NONE)
    redis.call('HSET', key, 'polled', at, 'pollop', operation, 'pace', 'wait')
    return { c[1], false, left, 'wait', interval, past, c[10] }
  end
  local enlarged = interval
  if since < base then enlarged = math.max(interval, math.min(interval + step, tonumber(highest))) end
  if enlarged == interval then return { c[1], false, left, 'slow_down', interval, past, c[10] } end
  redis.set_repl(redis.REPL_ALL)
  redis.call('HSET', key, 'base', base, 'interval', enlarged, 'polled', c[7], 'pollop', operation, 'pace', 'slow_down')
  return { c[1], false, left, 'slow_down', enlarged, past, c[10] }
end

local at, answers = now(), {}
for i, key in ipairs(KEYS) do answers[i] = answerOf(pcall(poll, key, at, unpack(ARGV, i * 5 - 4, i * 5))) end
return answers
