import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { newBrowser, randomId, type TestStores } from '../support/test-stores.ts';
import { adminChanges, roleChanges } from './admin-changes.ts';
import { appChanges, noticeChanges } from './app-changes.ts';
import { clientChanges } from './client-changes.ts';
import { newCode } from './contract/code-states.ts';
import { newApp, newCodes } from './contract/factors.ts';
import { changeCounters } from './counter-changes.ts';
import { deviceChanges } from './device-changes.ts';
import { grantChanges } from './grant-changes.ts';
import { linkKeyChanges } from './link-key-changes.ts';
import { alertChanges, closingChanges } from './owner-changes.ts';
import { recoveryChanges } from './recovery-changes.ts';
import { secretChanges } from './secret-changes.ts';
import { signalChanges } from './signal-changes.ts';
import { takeBackChanges } from './take-back-changes.ts';
import { upstreamChanges } from './upstream-changes.ts';
import { voiceCodeChanges } from './voice-code-changes.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };
const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** Goes through every change that the stores can make, each with the result it has when nothing goes wrong. */
export async function everyChange(stores: TestStores): Promise<void> {
  const accountId = await accountChanges(stores);
  await browserChanges(stores, accountId);
  await codeChanges(stores);
  const grantId = await grantChanges(stores, accountId);
  await voiceCodeChanges(stores, grantId);
  await linkKeyChanges(stores, accountId);
  await deviceChanges(stores, accountId, grantId);
  await appChanges(stores, { accountId, epoch: 1 });
  await smallChanges(stores);
  await clientChanges(stores);
  await adminChanges(stores);
  await factorChanges(stores, accountId);
  await stores.activity.record(accountId, event('signed-in'));
  const [mine] = await stores.browsers.list({ accountId, epoch: 1 });
  const request = {
    epoch: 1,
    stays: { was: `${accountId}.${mine?.id}`, becomes: newBrowser(accountId, 1), time: TIMES },
    copy: randomId(),
  };
  const ended = await stores.accounts.signOutEverything(accountId, event('signed-out-everything'), request);
  expect(ended).toEqual({ epoch: 2, grants: 1, browsers: 0 });
  expect((await stores.browsers.list({ accountId, epoch: 2 })).map(({ id }) => id)).toEqual([
    request.stays.becomes.uid.split('.')[1],
  ]);
  expect((await stores.accounts.find(accountId))?.epoch).toBe(2);
  await statusChanges(stores, accountId);
  await alertChanges(stores, accountId);
  await noticeChanges(stores, accountId);
  await signalChanges(stores, accountId);
  await ownerChanges(stores, accountId);
  await closingChanges(stores);
  await roleChanges(stores);
  const told = await stores.activity.list(accountId, { most: 100 });
  expect(told.map((entry) => entry.event.kind)).toEqual([
    'password-changed',
    'email-changed',
    'name-changed',
    'account-enabled',
    'account-disabled',
    'signed-out-everything',
    'signed-in',
    'factor-removed',
    'browser-trust-ended',
    'browser-trusted',
    'backup-code-used',
    'factor-added',
    'factor-added',
    'app-removed',
    'app-narrowed',
    'app-allowed',
    'household-profile-removed',
    'household-profile-renamed',
    'device-assigned',
    'household-profile-added',
    'device-renamed',
    'device-deregistered',
    'link-key-ended',
    'device-linked',
    'link-key-refused',
    'link-key-made',
    'link-key-made',
    'voice-limits-changed',
    'voice-code-removed',
    'voice-code-unlocked',
    'voice-code-locked',
    'voice-code-set',
    'device-deregistered',
    'device-replayed',
    'device-linked',
    'signed-out-others',
    'signed-out',
    'signed-out',
    'signed-in',
  ]);
  await recoveryChanges(stores);
  await takeBackChanges(stores);
  await upstreamChanges(stores);
  await secretChanges(stores);
}

async function statusChanges({ accounts, browsers }: TestStores, accountId: AccountId): Promise<void> {
  expect(await browsers.insert(newBrowser(accountId, 2), TIMES)).toBe(true);
  const disabled = await accounts.setStatus(accountId, 'disabled', event('account-disabled'));
  expect(disabled).toEqual({ changed: true, epoch: 3, grants: 0, browsers: 2 });
  const enabled = await accounts.setStatus(accountId, 'active', event('account-enabled'));
  expect(enabled).toEqual({ changed: true, epoch: 3, grants: 0, browsers: 0 });
}

async function ownerChanges({ accounts, browsers }: TestStores, accountId: AccountId): Promise<void> {
  const read = async () => {
    const account = await accounts.find(accountId);
    if (!account) throw new Error('the account is gone');
    return account;
  };
  const before = await read();
  const profile = { ...before.profile, name: 'Grace' };
  expect(await accounts.replaceProfile(before, profile, event('name-changed'))).toBe(true);
  const email = `${randomId()}@example.org`;
  expect(await accounts.moveEmail(await read(), email, event('email-changed'))).toBe('moved');
  expect((await accounts.findByEmail(email))?.profile.name).toBe('Grace');
  expect(await accounts.findByEmail(before.profile.email)).toBeUndefined();
  const [was, becomes] = [newBrowser(accountId, 3), newBrowser(accountId, 3)];
  expect(await browsers.insert(was, TIMES)).toBe(true);
  const stays = { was: was.uid, becomes, time: TIMES };
  const done = await accounts.changePassword(
    await read(),
    { passwordHash: 'three' },
    event('password-changed'),
    stays,
  );
  expect(done).toEqual({ epoch: 4, grants: 0, browsers: 0 });
  expect(await browsers.resume(becomes.sessionId)).toMatchObject({ uid: becomes.uid, epoch: 4 });
}

async function accountChanges({ accounts }: TestStores): Promise<AccountId> {
  const id = randomId() as AccountId;
  const profile = { name: 'Ada', email: `${id}@example.org`, emailVerified: true, createdAt: 1 };
  expect(await accounts.create(id, profile, { passwordHash: 'one' })).toBe(true);
  const account = await accounts.find(id);
  expect(account && (await accounts.replaceCredentials(account, { passwordHash: 'two' }))).toBe(true);
  return id;
}

async function browserChanges({ browsers }: TestStores, accountId: AccountId): Promise<void> {
  const signIn = async (told?: ActivityEvent) => {
    const browser = newBrowser(accountId, 1);
    expect(await browsers.insert(browser, TIMES, told)).toBe(true);
    return browsers.resume(browser.sessionId);
  };
  const [stays, leaves] = [await signIn(event('signed-in')), await signIn()];
  expect(stays && (await browsers.save({ ...stays, sessionId: randomId() }))).toBe(true);
  expect(leaves && (await browsers.end(leaves.sessionId, event('signed-out')))).toBe(true);
  const elsewhere = [await signIn(), await signIn(), await signIn()];
  expect(await browsers.endByUid(elsewhere[0]?.uid ?? '', event('signed-out'))).toBe(true);
  expect(stays && (await browsers.endOthers(stays, event('signed-out-others')))).toBe(2);
}

async function codeChanges({ deviceCodes }: TestStores): Promise<void> {
  expect(await deviceCodes.reserve(newCode())).toBe('reserved');
  const [approved, denied, withdrawn] = [newCode(), newCode(), newCode()];
  for (const code of [approved, denied, withdrawn]) {
    expect(await deviceCodes.create(code)).toEqual({ outcome: 'created' });
    expect(await deviceCodes.poll(code.deviceCode, 'tv')).toMatchObject({ pace: 'wait', interval: 5000 });
    expect(await deviceCodes.poll(code.deviceCode, 'tv')).toMatchObject({
      pace: 'slow_down',
      interval: 10_000,
    });
  }
  expect(await deviceCodes.decide(approved.deviceCode, 'approved', {})).toBe(true);
  expect(await deviceCodes.decide(denied.deviceCode, 'denied', {})).toBe(true);
  expect(await deviceCodes.decide(withdrawn.deviceCode, 'approved', {})).toBe(true);
  expect(await deviceCodes.withdraw(withdrawn.deviceCode)).toBe(true);
  expect(await deviceCodes.consume(approved.deviceCode)).toBe('consumed');
  expect(await deviceCodes.consume(denied.deviceCode)).toBe('denied');
}

async function factorChanges({ factors, trustedBrowsers }: TestStores, accountId: AccountId): Promise<void> {
  const owner = { accountId, epoch: 1 };
  const app = newApp();
  expect(await factors.add(owner, app, event('factor-added'))).toBe('added');
  expect(await factors.add(owner, newCodes('a', 'b'), event('factor-added'))).toBe('added');
  const [kept] = await factors.list(accountId);
  expect(kept?.kind === 'totp' && (await factors.rename(owner, kept, 'Tablet'))).toBe(true);
  expect(await factors.use(owner, { kind: 'totp', factor: app.id, step: 101 })).toBe(true);
  const proof = { kind: 'backup-codes', factor: 'backup-codes', digest: 'a' } as const;
  expect(await factors.use(owner, proof, event('backup-code-used'))).toBe(true);
  const browser = { address: '127.0.0.1', userAgent: 'test' };
  const token = randomId();
  const trusted = await trustedBrowsers.trust(
    { ...owner, factor: app.id },
    token,
    browser,
    3_600_000,
    event('browser-trusted'),
  );
  expect(trusted).toBe(true);
  const name = await trustedBrowsers.nameOf(accountId, token);
  expect(await trustedBrowsers.end(accountId, name ?? '', event('browser-trust-ended'))).toBe(true);
  expect(await factors.remove(owner, app.id, event('factor-removed'))).toBe(true);
}

async function smallChanges(stores: TestStores): Promise<void> {
  const { attempts, installationSecrets, mailedCodes, records, waitingSignIns } = stores;
  expect(await waitingSignIns.reserve(randomId(), 'network', 2000, 3_600_000)).toBe(true);
  const counter = randomId();
  await changeCounters(attempts);
  await mailedCodes.write('reset', counter, { code: '123456', payload: 1, lifetime: 3_600_000 });
  for (const triesLeft of [2, 1]) {
    expect(await mailedCodes.spend('reset', counter, '000000', 3)).toEqual({ outcome: 'wrong', triesLeft });
  }
  expect(await mailedCodes.spend('reset', counter, '123456', 3)).toEqual({ outcome: 'right', payload: 1 });
  await records.write('Kind', counter, {}, 3_600_000);
  expect(await records.consume('Kind', counter)).toBe(true);
  const { version } = await installationSecrets.openOrMake(counter, async () => 'old');
  expect(await installationSecrets.replace(counter, version, 'new')).toBe(true);
  expect(await installationSecrets.replace(counter, version, 'newer')).toBe(false);
  expect(await installationSecrets.read(counter)).toMatchObject({ value: 'new' });
}
