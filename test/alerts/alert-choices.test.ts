import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import {
  AlertChoices,
  alertGroups,
  isWanted,
  OPTIONAL_ALERTS,
  unwantedAlerts,
} from '../../src/alerts/alert-choices.ts';
import { severityOf } from '../../src/alerts/event-labels.ts';
import { EVENT_KINDS } from '../../src/events/event.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const PLACE = { address: '192.0.2.7', userAgent: 'test' };
let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

const unwantedBy = async (accountId: AccountId) =>
  unwantedAlerts((await stores.accounts.find(accountId))?.profile ?? {});

describe('what an owner wants to be told of', () => {
  it('stands under one of four switches, none of which is empty', () => {
    const groups = alertGroups([]);
    expect(groups.map(({ name, wanted }) => [name, wanted])).toEqual([
      ['sign-ins', 'all'],
      ['devices', 'all'],
      ['codes', 'all'],
      ['account', 'all'],
    ]);
    expect(groups.flatMap(({ kinds }) => kinds).toSorted()).toEqual(OPTIONAL_ALERTS.toSorted());
    expect(groups.map(({ kinds }) => kinds.length).filter((count) => count < 2)).toEqual([]);
  });

  it('is everything until they choose, and what they choose from then on; the change itself is told', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const choices = new AlertChoices(stores.accounts);
    expect(await unwantedBy(accountId)).toEqual([]);
    const wanted = OPTIONAL_ALERTS.filter((kind) => kind !== 'device-linked');
    expect(await choices.choose(browser, wanted, PLACE)).toBe(true);
    expect(await unwantedBy(accountId)).toEqual(['device-linked']);
    const profile = (await stores.accounts.find(accountId))?.profile ?? {};
    expect([isWanted('device-linked', profile), isWanted('device-deregistered', profile)]).toEqual([
      false,
      true,
    ]);
    const [event] = await stores.activity.list(accountId, { most: 1 });
    expect(event?.event).toEqual({ kind: 'alerts-changed', by: 'owner', place: PLACE });
  });

  it('never leaves out the most severe, whatever was asked for', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    await new AlertChoices(stores.accounts).choose(browser, [], PLACE);
    const profile = (await stores.accounts.find(accountId))?.profile ?? {};
    for (const kind of EVENT_KINDS)
      expect([kind, isWanted(kind, profile)]).toEqual([
        kind,
        severityOf(kind) === 'critical' || severityOf(kind) === 'silent',
      ]);
  });

  it('is not changed by a browser that was signed out meanwhile, nor noted where nothing changes', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const choices = new AlertChoices(stores.accounts);
    expect(await choices.choose(browser, OPTIONAL_ALERTS, PLACE)).toBe(true);
    expect(await stores.activity.list(accountId, { most: 1 })).toEqual([]);
    await stores.accounts.signOutEverything(accountId);
    expect(await choices.choose(browser, [], PLACE)).toBe(false);
    expect(await unwantedBy(accountId)).toEqual([]);
  });
});
