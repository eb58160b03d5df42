-- Access tokens that lead to their account. They have no authority: their grant is asked when they are presented.

-- `with`: the refresh token that goes out with it ('' none); of the grant its generation ('' it has ended).
local function writeToken(key, with, lifetime, payload, grant, epoch, generation, audience, client)
  redis.call('HSET', key, 'payload', payload, 'grant', grant, 'epoch', epoch, 'gen', generation, 'with', with,
    'aud', audience, 'client', client)
  redis.call('PEXPIRE', key, lifetime)
end
