-- Places among the live codes (requirement A12). `keys`: all, client, network, share (of the network for the client).

local function liveSince(key, at)
  return redis.call('ZCOUNT', key, '(' .. at, '+inf')
end

-- What a network may hold of all places, and of a client's, shrinks with the cube of what is left of them, down to one code:
-- many networks together leave places for the others (docs/security.md has the arithmetic).
local function shareOf(most, left, cap)
  return math.ceil(most * (left / cap) ^ 3)
end

-- Whether there is a place for one more, or its network asks for codes in a burst. `caps`: of all, of the client, of the
-- network, most codes of the network within a minute.
-- '' there is, or the number of the cap that refuses: '1' all, '2' client, '3' network, '4' burst
local function refusalOf(keys, at, life, caps)
  local left = {}
  for i = 1, 2 do
    left[i] = caps[i] - liveSince(keys[i], at)
    if left[i] <= 0 then return tostring(i) end
  end
  local ofNetwork, burst = liveSince(keys[3], at), tonumber(caps[4])
  if ofNetwork >= shareOf(caps[3], left[1], caps[1]) then return '3' end
  if liveSince(keys[4], at) >= shareOf(caps[3], left[2], caps[2]) then return '3' end
  -- Those of the last minute are among those that live.
  return ofNetwork >= burst and liveSince(keys[3], at + life - 60000) >= burst and '4' or ''
end

-- Counts a code while it lives; `tidy` follows. Adds before that removes: where memory is full nothing of this happens.
-- In three of the four the end of its name is enough to count it; the network's are found by theirs.
local function takePlace(keys, at, life, name)
  for i = 1, 4 do redis.call('ZADD', keys[i], 'NX', at + life, i == 3 and name or string.sub(name, -12)) end
end

-- What has ended leaves a counter, and the counter when its youngest code has.
local function tidy(key, at, life)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', at)
  redis.call('PEXPIRE', key, life)
end
