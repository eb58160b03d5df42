import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import type { Session } from '../../../src/accounts/session.ts';
import type { Consent } from '../../../src/apps/consent.ts';
import { newBrowser, signedInOwner, type TestStores } from '../../support/test-stores.ts';
import type { Bench } from './bench.ts';
import { appGrant } from './consents.ts';
import { newGrantId } from './grants.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };

/** An owner in two browsers: notes was signed in to in both, mail in the second, and quiet was only allowed. */
export interface World {
  stores: TestStores;
  accountId: AccountId;
  first: Session;
  second: Session;
  consents: Record<'notes' | 'mail' | 'quiet', Consent>;
  /** A grant of notes in the first browser, which stays when that is signed out. */
  grantId: string;
}

export async function makeWorld(bench: Bench): Promise<World> {
  const stores = await bench.another({ maxBrowsers: 2 });
  const { accountId, browser: first } = await signedInOwner(stores);
  const other = newBrowser(accountId, 1);
  await stores.browsers.insert(other, TIMES);
  const second = await stores.browsers.resume(other.sessionId);
  if (!second) throw new Error('not signed in');
  const allow = async (clientId: string) => {
    const terms = { clientId, granted: ['openid'], refused: [] };
    await stores.consents.write(first, terms, { replaces: undefined, less: false, narrow: (given) => given });
    const consent = await stores.consents.find(first, clientId);
    if (!consent) throw new Error('no consent');
    return consent;
  };
  const [notes, mail, quiet] = [await allow('notes'), await allow('mail'), await allow('quiet')];
  const signIn = async (consent: Consent, session: string) => {
    const grantId = newGrantId(accountId);
    const grant = appGrant(consent, { clientId: consent.clientId, session });
    expect((await stores.consents.begin(grantId, grant)).outcome).toBe('begun');
    return grantId;
  };
  const grantId = await signIn(notes, first.uid);
  await signIn(notes, first.uid);
  await signIn(notes, second.uid);
  await signIn(mail, second.uid);
  return { stores, accountId, first, second, consents: { notes, mail, quiet }, grantId };
}
