-- KEYS 1 accessToken
-- ARGV 1 operation, 2 lifetime ms, 3 sealed payload, 4 grant, 5 epoch, 6 generation of the grant ('' it has ended),
--      7 refresh token that goes out with it ('' none), 8 its audience ('' every API), 9 its client
-- Writes an access token as a whole. It has no authority: its grant is asked when it is presented.
-- Result: 1
redis.call('HSET', KEYS[1], 'payload', ARGV[3], 'grant', ARGV[4], 'epoch', ARGV[5], 'gen', ARGV[6], 'with', ARGV[7],
  'aud', ARGV[8], 'client', ARGV[9])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
