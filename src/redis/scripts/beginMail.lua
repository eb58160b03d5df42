-- KEYS 1 account
-- ARGV 1 operation, 2 last entry of the mail
-- What a mail tells of is fixed before it is sent, so that sending it again sends the same, under the same Message-ID.
-- Result: the last entry of the mail that has been begun, by this call or an earlier one; '' for no such account
if redis.call('EXISTS', KEYS[1]) == 0 then return '' end
redis.call('HSETNX', KEYS[1], 'mailing', ARGV[2])
return redis.call('HGET', KEYS[1], 'mailing')
