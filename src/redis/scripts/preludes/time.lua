-- Times are milliseconds since 1970, from the store's own clock, so that servers with wrong clocks agree.

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
