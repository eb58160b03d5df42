/** Changes of the grants of devices, and of their tokens, that `every-change.ts` goes through. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { RANDOM_LENGTH } from '../../src/devices/access-token-store.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import type { TestStores } from '../support/test-stores.ts';
import { newGrantId, TIME } from './contract/grants.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** @returns the device that stays */
export async function grantChanges(
  { accessTokens, grants, waitingLinks }: TestStores,
  accountId: AccountId,
): Promise<string> {
  const owner = { accountId, epoch: 1 };
  const begin = async (told?: ActivityEvent) => {
    const id = newGrantId(accountId);
    expect(await grants.write(id, {}, TIME)).toBe('written');
    expect(await waitingLinks.list(owner)).toEqual([]);
    expect(await grants.activate(id, {}, told)).toBeDefined();
    expect(await waitingLinks.states(owner, ['0'.repeat(12)])).toEqual(['late']);
    const first = { parent: undefined, generation: 0, name: 'a', value: 'a' };
    expect(await grants.addRefreshToken(id, first)).toEqual({ outcome: 'added' });
    for (let index = 0; index < 8; index += 1) {
      const token = { parent: { name: 'a' }, generation: 0, name: `b${index}`, value: `b${index}` };
      expect(await grants.addRefreshToken(id, token)).toEqual({ outcome: 'added' });
    }
    return id;
  };
  const [stays, replayed, ended] = [await begin(event('device-linked')), await begin(), await begin()];
  const next = { generation: 0, name: 'c', value: 'c' };
  const kept = (random: string) => ({
    id: accessTokens.leadingTo(accountId, random.repeat(RANDOM_LENGTH)),
    payload: { grantId: stays },
    facts: { grantId: stays, clientId: 'tv', audience: undefined, generation: 0 },
    lifetime: 60_000,
  });
  const [ofAgain, ofGrown] = [kept('y'), kept('z')];
  const beyond = await grants.addRefreshToken(stays, {
    ...{ ...next, parent: { name: 'a' } },
    accessToken: ofAgain,
  });
  expect(beyond).toEqual({ outcome: 'again', name: 'b7', value: 'b7' });
  const grown = await grants.addRefreshToken(stays, {
    ...{ ...next, parent: { name: 'b0' } },
    accessToken: ofGrown,
  });
  expect(grown).toEqual({ outcome: 'added' });
  expect(await accessTokens.present(ofGrown.id, 'anyone')).toMatchObject({ payload: { grantId: stays } });
  // It went out with a successor that has lost since.
  expect(await accessTokens.present(ofAgain.id, 'anyone')).toBeUndefined();
  const token = accessTokens.leadingTo(accountId, 'x'.repeat(RANDOM_LENGTH));
  const facts = { grantId: stays, clientId: 'tv', audience: undefined, generation: 0, issuedWith: 'c' };
  await accessTokens.write(token, { grantId: stays }, facts, 60_000);
  expect(await accessTokens.present(token, 'anyone')).toMatchObject({ payload: { grantId: stays } });
  await grants.raiseGeneration(stays);
  expect(await grants.read(stays)).toMatchObject({ generation: 1 });
  expect(await grants.authorize(replayed, { generation: 0, issuedWith: 'b1' })).toBeDefined();
  const old = { parent: { name: 'a' }, generation: 0, name: 'd', value: 'd' };
  expect(await grants.addRefreshToken(replayed, old, event('device-replayed'))).toEqual({
    outcome: 'replay',
  });
  expect(await grants.end(ended, event('device-deregistered'))).toBe(true);
  return stays;
}
