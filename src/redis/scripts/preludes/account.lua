-- The gate of an account.

-- The account may act under this epoch: it exists, is active, and its epoch was not raised since.
local function open(account, epoch)
  local a = redis.call('HMGET', account, 'status', 'epoch')
  return a[1] == 'active' and a[2] == tostring(epoch)
end
