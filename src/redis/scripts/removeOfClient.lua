-- KEYS 1 ofClients
-- ARGV 1 operation, 2 and on: names of the client
-- Removes what a hash keeps of a client; `v`, by which servers see that it has changed, changes with it.
-- Result: 1
for i = 2, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then
    redis.call('HSET', KEYS[1], 'v', ARGV[1])
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return 1
