-- KEYS 1 accessToken
-- PRELUDES tokens
-- ARGV 1 operation, 2 refresh token that goes out with it ('' none), 3 lifetime ms, 4 sealed payload, 5 grant, 6 epoch,
--      7 generation of the grant ('' it has ended), 8 its audience ('' every API), 9 its client
-- Writes an access token as a whole. It has no authority: its grant is asked when it is presented.
-- Result: 1
writeToken(KEYS[1], unpack(ARGV, 2))
return 1
