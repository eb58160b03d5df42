/** The part of the composition root that makes what accounts need. */

import { availableParallelism } from 'node:os';
import { type AccountServices, createAccountServices } from '../account-changes/services.ts';
import { Passwords } from '../accounts/passwords.ts';
import type { Service } from '../brand/brand.ts';
import type { Config } from '../config/config.ts';
import { Limiter } from '../limits/limiter.ts';
import { VoiceCode } from '../voice-code/voice-code.ts';
import { VoicePurchases } from '../voice-code/voice-purchases.ts';
import type { Parts } from './parts.ts';
import { linkingOf } from './upstreams.ts';

export const browserTimesOf = ({ lifetimes }: Config) => ({
  idle: lifetimes.browserIdle,
  absolute: lifetimes.browserAbsolute,
});

export const serviceOf = ({
  config,
  brand,
  languages,
}: Pick<Parts, 'config' | 'brand' | 'languages'>): Service => ({
  issuer: config.issuer,
  product: brand.name,
  languages,
});

/** How the installation is called and reached, where its messages are, and what signs in to it. */
export function mailOf(parts: Parts, passkeys: boolean) {
  const { outbox, textsInOutbox } = parts.delivery;
  const takesPasswords = parts.config.passwordSignIn === 'open';
  return { ...serviceOf(parts), outbox: outbox !== undefined, textsInOutbox, passkeys, takesPasswords };
}

/** The voice code, and what is bought with it. */
export const voiceOf = ({ stores, config, overrides }: Parts) => ({
  voiceCode: new VoiceCode(stores.voiceCodes, config.voiceCode),
  purchases: new VoicePurchases(stores.voicePurchases, stores.accounts, config.voiceCode, overrides.now),
});

export function limiterOf({
  stores,
  config,
  overrides,
}: Pick<Parts, 'stores' | 'config' | 'overrides'>): Limiter {
  return new Limiter(stores.attempts, config.limits, overrides.now);
}

export async function accountServices(parts: Parts): Promise<AccountServices> {
  const { config, brand, stores, keyring, overrides, delivery } = parts;
  const linking = linkingOf(parts);
  return createAccountServices({
    ...stores,
    limiter: limiterOf(parts),
    service: serviceOf(parts),
    signUp: config.signUp,
    takesPasswords: config.passwordSignIn === 'open',
    browserTimes: browserTimesOf(config),
    proofAges: config.proofAges,
    recoveryWait: config.recoveryWait,
    passwordWords: [brand.name, ...config.passwordWords],
    sealing: keyring,
    passwords: overrides.passwords ?? (await passwordsOf(parts)),
    mail: delivery.mail,
    texts: delivery.texts,
    textCountries: config.smsCountries,
    linkOrigin: async (owner, origin, visit) => {
      const { upstream: id } = origin;
      await linking.remember(origin, owner.accountId);
      const entry = parts.upstreams.find(id) ?? { id, name: id };
      return (await linking.link(entry, origin, owner, visit)) === 'linked';
    },
    providersOf: async (id) => {
      const links = await stores.upstreamLinks.list(id);
      return links.flatMap(({ upstream }) => parts.upstreams.find(upstream)?.name ?? []);
    },
    ...(overrides.now ? { now: overrides.now } : {}),
  });
}

/** Workers share the cores. */
function passwordsOf({ keys, config, overrides }: Pick<Parts, 'keys' | 'config' | 'overrides'>) {
  const cores = Math.floor(availableParallelism() / config.workers);
  const { hashingCost: cost } = overrides;
  return Passwords.create(Buffer.from(keys.pepper, 'base64url'), { cores, ...(cost && { cost }) });
}
