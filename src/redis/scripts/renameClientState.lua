-- KEYS 1 clientStates
-- ARGV 1 operation, 2 name, 3 its text as it was read, 4 new name, 5 text in its place
-- What was done to a client gets the name of the client under the secret that writes now. `v` changes with it.
-- Result: 1
if redis.call('HGET', KEYS[1], ARGV[2]) ~= ARGV[3] then return 1 end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[5], 'v', ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[2])
return 1
