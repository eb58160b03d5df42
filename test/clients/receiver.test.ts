import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { receiverClient, signalsWorld } from '../signals/signals-world.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { PROGRAMS } from './client-program.ts';

const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

it('a receiver of security events in Python, on Authlib, makes its stream, polls, and verifies what it gets', async () => {
  const world = await signalsWorld((issuer) => [receiverClient(issuer, 'python')]);
  try {
    const { issuer } = world.server;
    const { client_secret: secret } = receiverClient(issuer, 'python');
    const env = {
      ...nodeEnvironment(),
      ...{ ISSUER: issuer, CLIENT_ID: 'python', CLIENT_SECRET: secret, STATE: 'a state' },
    };
    const program = join(PROGRAMS, 'authlib-receiver.py');
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [program], { env });
    expect(JSON.parse(stdout)).toEqual({
      told: [{ typ: 'secevent+jwt', named: true, events: { [VERIFICATION]: { state: 'a state' } } }],
      left: {},
      streams: [],
    });
  } finally {
    await world.close();
  }
});
