import { readFile } from 'node:fs/promises';
import * as client from 'openid-client';
import { codeEvent, requestDeviceCode } from './device-code.ts';
import { RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import { exchange } from './exchange.ts';
import type { DeviceOptions } from './options.ts';
import { DEVICE_GRANT, pollForTokens, type Tokens } from './poll.ts';
import { refusal } from './refusal.ts';

/** More is no key. */
const MAX_CHARACTERS = 1000;

/**
 * Is linked by a key that its owner has put into a file: the first poll gets tokens. A server that knows nothing of keys
 * has made a code as ever, which is shown then.
 * @throws RunEnded
 */
export async function linkByKey(
  around: Environment,
  server: client.Configuration,
  options: DeviceOptions,
): Promise<Tokens> {
  const code = await requestDeviceCode(around, server, options, await readKey(options.keyFile ?? ''));
  const { device_code } = code.answer;
  const reply = await exchange(around, () =>
    client.genericGrantRequest(server, DEVICE_GRANT, { device_code }),
  );
  if (reply.kind === 'answer') {
    await around.report({ event: 'key_used' });
    return reply.value;
  }
  const goesOn = reply.kind === 'unavailable' || (reply.kind === 'refused' && reply.error === PENDING);
  if (!goesOn) throw refusal(reply, 'the key');
  if (reply.kind === 'refused') await around.report(codeEvent(code, around.now()));
  return pollForTokens(around, server, code);
}

const PENDING = 'authorization_pending';

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RunEnded('usage', `The key cannot be read from ${file} (${error.code ?? 'unknown'}).`);
  });
  const key = text.trim();
  if (/^\S+$/.test(key) && key.length <= MAX_CHARACTERS) return key;
  throw new RunEnded('usage', `There is no key in ${file}: make one at /account/keys, and save it there.`);
}
