-- KEYS 1 streams
-- ARGV 1 operation, 2 and on: names of the client
-- Removes the stream of a client; `v` changes with it.
-- Result: 1
for i = 2, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then
    redis.call('HSET', KEYS[1], 'v', ARGV[1])
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return 1
