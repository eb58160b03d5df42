-- PRELUDES lists
-- Apps that have to hear of an end (OpenID Connect Back-Channel Logout 1.0).

-- One app's part of an end, put down in one step with it. `browsers`: those in which the app has lost its sign-in, as a
-- list. `whole`: 1 when it is all that the owner had there, 0 when it is these browsers alone.
local function oweNotice(notices, app, browsers, whole)
  redis.call('XADD', notices, 'MAXLEN', 10000, '*', 'app', app, 'browsers', browsers, 'whole', whole)
end

-- Browsers have ended: every app in which the owner signed in with one of them is to hear of those.
local function oweOfBrowsers(consents, notices, ended)
  local found = redis.call('HGETALL', consents)
  for i = 1, #found, 2 do
    local c, left, lost = cjson.decode(found[i + 1]), ',', ','
    for browser in string.gmatch(c.browsers or '', '[^,]+') do
      if has(ended, browser) then lost = lost .. browser .. ',' else left = left .. browser .. ',' end
    end
    if lost ~= ',' then
      c.browsers = left
      redis.call('HSET', consents, found[i], cjson.encode(c))
      oweNotice(notices, found[i], lost, 0)
    end
  end
end

-- Everything has ended that began under this epoch.
local function oweOfAll(consents, notices, epoch)
  local found = redis.call('HGETALL', consents)
  for i = 1, #found, 2 do
    local c = cjson.decode(found[i + 1])
    if c.epoch == tostring(epoch) then oweNotice(notices, found[i], c.browsers or ',', 1) end
  end
end
