import * as client from 'openid-client';
import { RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import { exchange } from './exchange.ts';
import { type LocalChannel, openMakersApp } from './makers-app.ts';
import type { DeviceOptions } from './options.ts';
import type { Tokens } from './poll.ts';
import { refusal, unexpected } from './refusal.ts';

/**
 * Is set up by its maker's app, which this command plays too: the device pushes its own request (RFC 9126), the app leads
 * its owner's browser to the server and hands back the code, and the device redeems it with a verifier that never left it.
 * @throws RunEnded
 */
export async function linkByApp(
  around: Environment,
  server: client.Configuration,
  options: DeviceOptions,
): Promise<Tokens> {
  const { promise: linked, resolve, reject } = Promise.withResolvers<Tokens>();
  const stop = () => reject(around.signal.reason);
  around.signal.addEventListener('abort', stop, { once: true });
  const channel = localChannel(around, server, options);
  const failing = async <T>(step: Promise<T>): Promise<T> => {
    step.catch(reject);
    return step;
  };
  const app = await openMakersApp(
    {
      begin: (asked) => failing(channel.begin(asked)),
      finish: async (answer) => resolve(await failing(channel.finish(answer))),
    },
    options.words.device_name,
  );
  try {
    around.signal.throwIfAborted();
    await around.report({ event: 'app', address: `${app.address}/` });
    return await linked;
  } finally {
    around.signal.removeEventListener('abort', stop);
    await app.close();
  }
}

/** The device's side of it. What it keeps to itself is of the request that was begun last. */
function localChannel(around: Environment, server: client.Configuration, { scope, words }: DeviceOptions) {
  let kept: { readonly verifier: string; readonly state: string } | undefined;
  const begin: LocalChannel['begin'] = async ({ redirectUri, state }) => {
    const verifier = client.randomPKCECodeVerifier();
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    const asked = { redirect_uri: redirectUri, state, scope, ...words };
    const proof = { code_challenge: challenge, code_challenge_method: 'S256' };
    const pushed = () => client.buildAuthorizationUrlWithPAR(server, { ...asked, ...proof });
    const reply = await exchange(around, pushed);
    if (reply.kind !== 'answer') throw refusal(reply, 'the request of the device');
    kept = { verifier, state };
    await around.report({ event: 'pushed' });
    return reply.value;
  };
  const finish = async (answer: URL): Promise<Tokens> => {
    const error = answer.searchParams.get('error');
    if (error === 'access_denied')
      throw new RunEnded('denied', 'The owner said no: this device is not linked.');
    if (error !== null) throw unexpected('the answer to the app', error);
    if (kept === undefined) throw unexpected('the answer to the app', 'the device has not begun');
    const { verifier, state } = kept;
    kept = undefined;
    await around.report({ event: 'handed_over' });
    const checks = { pkceCodeVerifier: verifier, expectedState: state };
    const reply = await exchange(around, () => client.authorizationCodeGrant(server, answer, checks));
    if (reply.kind !== 'answer') throw refusal(reply, 'the key');
    return reply.value;
  };
  return { begin, finish };
}
