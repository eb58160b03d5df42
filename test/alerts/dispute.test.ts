import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { Disputes } from '../../src/alerts/dispute.ts';
import { DisputeTickets } from '../../src/alerts/dispute-tickets.ts';
import { TakingBack } from '../../src/alerts/take-back.ts';
import type { ActivityEvent } from '../../src/events/event.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const PLACE = { address: '192.0.2.1', userAgent: 'test' };
const SIGNED_IN: ActivityEvent = { kind: 'signed-in', by: 'owner', place: PLACE };

let stores: TestStores;
let tickets: DisputeTickets;
let dispute: Disputes;
beforeAll(async () => {
  stores = await testStores();
  tickets = new DisputeTickets(stores.keyring);
  dispute = new Disputes({
    ...stores,
    tickets,
    used: stores.usedTickets,
    takingBack: new TakingBack(stores),
    now: Date.now,
  });
});
afterAll(() => stores.connection.close());

describe('“It wasn’t me” about something that is no longer kept, since so much has happened after it', () => {
  let accountId: AccountId;
  let ticket: string;
  beforeEach(async () => {
    ({ accountId } = await signedInOwner(stores));
    await stores.activity.record(accountId, SIGNED_IN);
    const [entry] = await stores.activity.list(accountId, { most: 1 });
    ticket = tickets.issue({ accountId, entryId: entry?.id ?? '' });
    const renamed: ActivityEvent = { kind: 'name-changed', by: 'owner', place: PLACE };
    await Promise.all(Array.from({ length: 1000 }, () => stores.activity.record(accountId, renamed)));
  });

  it('ends everything, once', async () => {
    expect(await dispute.look(ticket)).toMatchObject({ entry: undefined, remedy: 'everything' });
    expect(await dispute.use(ticket, PLACE)).toMatchObject({ outcome: 'done', remedy: 'everything' });
    expect((await stores.accounts.find(accountId))?.epoch).toBe(2);
    expect(await dispute.use(ticket, PLACE)).toEqual({ outcome: 'gone' });
  });

  it('is gone with the account', async () => {
    await stores.connection.redis.del(`${stores.prefix}{${accountId}}:account`);
    expect(await dispute.look(ticket)).toBeUndefined();
  });
});

describe('what an owner has taken back', () => {
  it('is told of a whole page by one question for each entry that has a button', async () => {
    const { accountId } = await signedInOwner(stores);
    const renamed: ActivityEvent = { kind: 'name-changed', by: 'operator' };
    for (const event of [SIGNED_IN, SIGNED_IN, renamed]) await stores.activity.record(accountId, event);
    const entries = await stores.activity.list(accountId, { most: 3 });
    const [, entry] = entries;
    if (!entry) throw new Error('there are three');
    await dispute.use(tickets.issue({ accountId, entryId: entry.id }), PLACE);
    let taken: ReadonlySet<string> | undefined;
    const sent = await commandsSent(stores.connection.redis, async () => {
      taken = await dispute.takenBack(accountId, entries);
    });
    expect(taken).toEqual(new Set([entry.id]));
    expect(sent).toEqual(['hmget', 'hmget']);
  });
});
