import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import { deviceRow } from '../../../src/admin/device-index.ts';
import { standingOf } from '../../../src/audit/secret-records.ts';
import { parseGrantId } from '../../../src/devices/grant-id.ts';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import { randomId, signedInOwner, TEST_SECRET, type TestStores } from '../../support/test-stores.ts';
import { contentsUnder } from '../keyspace-contents.ts';
import { newStream } from '../signal-changes.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { appGrant } from './consents.ts';
import { newApp } from './factors.ts';
import { newGrantId, TIME } from './grants.ts';
import { newClient } from './registered-clients.ts';

const NEW_SECRET = 'the secret after it, long enough to be taken';
const HOUR = 3_600_000;
const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

interface Owner {
  readonly accountId: AccountId;
  readonly email: string;
  readonly grantId: string;
}

/** An owner with everything that an account can have for longer than a while. */
export async function fullOwner(stores: TestStores): Promise<Owner> {
  const { browser } = await signedInOwner(stores);
  const { accountId } = browser;
  const owner = { accountId, epoch: 1 };
  const grantId = newGrantId(accountId);
  await stores.grants.write(grantId, { clientId: 'tv' }, TIME);
  await stores.grants.activate(grantId, { name: 'TV' }, event('device-linked'));
  const add = (parent: string | undefined, name: string) =>
    stores.grants.addRefreshToken(grantId, {
      parent: parent === undefined ? undefined : { name: parent },
      generation: 0,
      name,
      value: name,
      common: { of: 'chain' },
    });
  await add(undefined, 'n0');
  expect(await add('n0', 'n1')).toEqual({ outcome: 'added' });
  const name = parseGrantId(grantId)?.name ?? '';
  await stores.linkedDevices.rename(owner, name, 'Kitchen', event('device-renamed'));
  const member = { id: randomId(), name: 'Ada' };
  expect(await stores.household.add(owner, member, 1, event('household-profile-added'))).toBe('written');
  expect(await stores.voiceCodes.set(owner, '4071', event('voice-code-set'))).toBe(true);
  const terms = { clientId: 'notes', granted: ['openid'], refused: [] };
  const first = { replaces: undefined, less: false, narrow: (payload: object) => ({ ...payload }) };
  expect(await stores.consents.write(owner, terms, first)).toBe('written');
  const consent = await stores.consents.find(owner, 'notes');
  if (!consent) throw new Error('no consent');
  expect(await stores.consents.begin(newGrantId(accountId), appGrant(consent))).toMatchObject({
    outcome: 'begun',
  });
  expect(await stores.factors.add(owner, newApp(), event('factor-added'))).toBe('added');
  return { accountId, email: `${accountId.toLowerCase()}@example.org`, grantId };
}

/** What an owner finds in the store. */
async function found(stores: TestStores, { accountId, email, grantId }: Owner) {
  const owner = { accountId, epoch: 1 };
  const device = parseGrantId(grantId);
  if (!device) throw new Error('no grant');
  const limits = { device: 100, account: 100, window: 60_000, wrong: 100 };
  const says = await stores.voiceCodes.try(device, '4071', limits, event('voice-code-locked'));
  const consents = await stores.consents.list(owner);
  const devices = await stores.linkedDevices.list(owner);
  const rows = await stores.deviceIndex.of('tv').page({ most: 100 });
  return {
    rows: rows.filter(({ id }) => id === deviceRow(accountId, device.name)).length,
    account: (await stores.accounts.findByEmail(email))?.profile.name,
    credentials: (await stores.accounts.find(accountId))?.credentials,
    device: devices.map(({ ownName, claimed }) => [ownName, claimed.name]),
    grant: (await stores.grants.read(grantId))?.payload,
    members: (await stores.household.list(accountId)).map(({ name }) => name),
    factors: (await stores.factors.list(accountId)).map(({ kind }) => kind),
    consents: consents.map(({ clientId, granted }) => [clientId, granted]),
    events: (await stores.activity.list(accountId, { most: 100 })).map(({ event: { kind } }) => kind),
    says: says.outcome,
  };
}

export function describeSecretRewriting(open: OpenStores): void {
  describe('secrets rewrite', () => {
    const bench = new Bench(open);
    let [old, rotated, alone]: TestStores[] = [];
    beforeAll(async () => {
      old = await bench.another({ secrets: [TEST_SECRET] });
      rotated = await bench.another({ secrets: [NEW_SECRET, TEST_SECRET] });
      alone = await bench.another({ secrets: [NEW_SECRET] });
    });
    const stores = () => {
      if (!old || !rotated || !alone) throw new Error('not opened');
      return { old, rotated, alone };
    };

    it('everything of every account opens under the new secret alone, and the census says so', async () => {
      const { old, rotated, alone } = stores();
      const owners = await times(4, () => fullOwner(old));
      const before = await Promise.all(owners.map((owner) => found(old, owner)));
      const [oldName = ''] = old.keyring.names;
      const counted = (await rotated.secretRecords.census(() => undefined)).find(
        ({ name }) => name === oldName,
      );
      expect(counted).toMatchObject({ entry: 2, kept: { accounts: 4, emails: 4, factors: 4, consents: 4 } });
      expect(await rotated.secretRecords.rewrite(1000, () => undefined)).toEqual({
        accounts: 4,
        rewritten: 4,
      });
      expect(await Promise.all(owners.map((owner) => found(alone, owner)))).toEqual(before);
      const after = (await rotated.secretRecords.census(() => undefined)).find(
        ({ name }) => name === oldName,
      );
      expect(after?.kept).toEqual({});
      expect(after?.leaving['refresh tokens']?.count).toBe(4);
      expect(after && standingOf(after, Date.now()).until).toBeGreaterThan(Date.now());
      expect(await rotated.secretRecords.rewrite(1000, () => undefined)).toMatchObject({ rewritten: 0 });
    });

    it('ends what ended meanwhile, and brings nothing back', async () => {
      const { old, rotated, alone } = stores();
      const owner = await fullOwner(old);
      const ends = old.accounts.signOutEverything(owner.accountId);
      await Promise.all([rotated.secretRecords.rewrite(1000, () => undefined), ends]);
      expect(await alone.grants.read(owner.grantId)).toBeUndefined();
      const keys = bench.keyspace.of(owner.accountId);
      expect(await bench.redis.exists(keys.grants)).toBe(0);
      expect((await alone.accounts.find(owner.accountId))?.epoch).toBe(2);
    });

    it('an app removed in the middle is gone, under whichever name', async () => {
      const { old, rotated, alone } = stores();
      const { accountId } = await fullOwner(old);
      const owner = { accountId, epoch: 1 };
      const [consent] = await rotated.consents.list(owner);
      const removed = rotated.consents.end(owner, consent?.id ?? '', event('app-removed'));
      await Promise.all([rotated.secretRecords.rewrite(1000, () => undefined), removed]);
      expect(await removed).toBe(1);
      expect([await alone.consents.list(owner), await rotated.consents.list(owner)]).toEqual([[], []]);
    });

    it('clients, what was done to them, and tokens that admit them', async () => {
      const { old, rotated, alone } = stores();
      const [registered, kept] = [newClient(), { ...newClient(), secret: 'digest' }];
      const token = { id: 'fedcba987654', name: 'one', digest: 'digest', uses: 2 };
      await old.initialTokens.add(token, HOUR);
      const admittance = { tokenId: token.id, tokenDigest: token.digest };
      expect(await old.registeredClients.add(registered, admittance, HOUR)).toBe('added');
      const { clientId, metadata, secret, issuedAt } = kept;
      expect(await old.operatorClients.write({ clientId, metadata, secret, issuedAt })).toBe('written');
      await old.secretUses.record('digest');
      expect(await old.signalStreams.write(newStream(clientId))).toBe('written');
      await old.clientStates.act('tv-of-old', 'disable');
      await rotated.secretRecords.rewrite(1000, () => undefined);
      expect(await alone.registeredClients.find(registered.clientId)).toMatchObject(
        registered.metadata ? { metadata: registered.metadata } : {},
      );
      expect((await alone.registeredClients.list()).map((one) => one.clientId)).toEqual([
        registered.clientId,
      ]);
      expect((await alone.operatorClients.current()).find(clientId)).toMatchObject({ secret: 'digest' });
      expect(await alone.signalStreams.all()).toMatchObject([{ clientId, delivery: { method: 'poll' } }]);
      expect(await alone.secretUses.lastUses(['digest'])).toEqual([expect.any(Number)]);
      expect((await alone.clientStates.list()).get('tv-of-old')?.status).toBe('disabled');
      expect((await alone.initialTokens.list()).map(({ name }) => name)).toEqual(['one']);
      expect(await rotated.registeredClients.keep(registered.clientId, 2 * HOUR, 'owner')).toBe('kept');
    });

    it('the trail of the Admin API, each entry at its time, while calls are being added', async () => {
      const { old, rotated, alone } = stores();
      const entry = (call: string) => ({ phase: 'asked', request: 'r', client: 'ops', call }) as const;
      await times(600, (at) => old.auditTrail.record('reads', entry(`before-${at}`)));
      const listed = (from: TestStores) => from.auditTrail.list('reads', { most: 1000 });
      const before = await listed(rotated);
      const calls = times(20, (at) => rotated.auditTrail.record('reads', entry(`during-${at}`)));
      const [{ rewritten }] = await Promise.all([
        rotated.secretRecords.rewrite(1000, () => undefined),
        calls,
      ]);
      expect(rewritten).toBeGreaterThanOrEqual(600);
      const after = await listed(alone);
      expect(after).toHaveLength(620);
      expect(after.slice(20)).toEqual(before);
      const [oldName = ''] = old.keyring.names;
      const census = await rotated.secretRecords.census(() => undefined);
      expect(census.find(({ name }) => name === oldName)?.kept['audit entries']).toBeUndefined();
      expect(await bench.redis.exists(`${bench.keyspace.auditTrail('reads')}:anew`)).toBe(0);
    });

    it('leaves nothing under the old secret but what leaves by time', async () => {
      const { old, rotated } = stores();
      await rotated.secretRecords.rewrite(1000, () => undefined);
      const contents = Object.entries(await contentsUnder(bench.redis, bench.prefix));
      const [oldName = ''] = old.keyring.names;
      const left = contents.filter(([key, value]) => JSON.stringify([key, value]).includes(`${oldName}.`));
      const kinds = left.map(([key]) =>
        key
          .slice(bench.prefix.length)
          .replace(/\{[^}]*\}/, '{}')
          .replace(/[\w-]{36}$/, ''),
      );
      expect([...new Set(kinds)].sort()).toEqual([
        'Session:{}',
        '{}:browsers',
        '{}:browsers:ended:',
        '{}:grants:ended:',
        '{}:notices',
      ]);
    });
  });
}
