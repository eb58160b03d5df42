-- KEYS 1 all, 2 client, 3 network, 4 share (of the network for the client), 5 userCode, 6 deviceCode
-- PRELUDES codes, gathered, live, time
-- ARGV 1 operation, 2 lifetime ms, 3 name of the code, 4 cap of all, 5 cap of the client, 6 cap of the network,
--      7 most codes of the network within a minute, 8 client, 9 base interval ms, 10 sealed payload,
--      11 epoch of the client
-- GATHERED Of several codes, keys and arguments of one stand behind those of another; of each the result.
-- A device code with its user code and its place among the live ones, all or nothing; for a store in which all keys are in
-- one place. Never touches an existing code; a user code that a live code has is not given to another (RFC 8628 section 6.1).
-- Result: '' created (or already by this operation), the number of the cap that refused (see `refusalOf`), 'taken'
local at, touched = now(), {}

local function create(keys, operation, lifetime, name, all, ofClient, ofNetwork, burst, client, interval, payload, epoch)
  local known = redis.call('HGET', keys[6], 'op')
  if known then return known == operation and '' or 'taken' end
  local life = tonumber(lifetime)
  local refused = refusalOf(keys, at, life, { all, ofClient, ofNetwork, burst })
  if refused ~= '' then return refused end
  if redis.call('EXISTS', keys[5]) == 1 then return 'taken' end
  insertCode(keys[6], operation, at, life, client, interval, payload, epoch)
  redis.call('SET', keys[5], name, 'PX', life)
  takePlace(keys, at, life, name)
  for i = 1, 4 do touched[keys[i]] = math.max(touched[keys[i]] or 0, life) end
  return ''
end

local answers = {}
for i = 1, #KEYS / 6 do
  local keys = { unpack(KEYS, i * 6 - 5, i * 6) }
  answers[i] = answerOf(pcall(create, keys, unpack(ARGV, i * 11 - 10, i * 11)))
end
-- Once for all of them, since most are of the same counters.
for key, life in pairs(touched) do tidy(key, at, life) end
return answers
