-- PRELUDES account
-- What may act for an account.

-- A grant may act: it is active under the account's epoch, and a browser that it ends with is signed in.
-- `keys`: account, grants, browsers.
local function mayAct(keys, epoch, g)
  if not g or g.st ~= 'active' or not open(keys[1], epoch) then return false end
  return (g.browser or '') == '' or redis.call('HEXISTS', keys[3], g.browser) == 1
end
