/** Every kind of event that there is: what receivers hear of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { ActivityEvent } from '../../src/events/event.ts';
import { EVENT_KINDS } from '../../src/events/event.ts';
import { isTold, toldOf } from '../../src/signals/event-signals.ts';
import { SignalHearer } from '../../src/signals/signal-hearer.ts';
import { SIGNAL_TYPES } from '../../src/signals/signal-types.ts';
import { newStream } from '../redis/signal-changes.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const ISSUER = 'https://link.example.net';
let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

describe('every kind of event', () => {
  it.each(EVENT_KINDS)(
    '%s: receivers hear of it what the table says, or it says that they do not',
    async (kind) => {
      const told = toldOf(kind);
      expect(['none', 'ends', 'a list']).toContain(typeof told === 'string' ? told : 'a list');
      const stream = newStream();
      expect(await stores.signalStreams.write(stream)).toBe('written');
      const accountId = randomId() as AccountId;
      const hearer = new SignalHearer({
        ...{
          issuer: ISSUER,
          streams: stores.signalStreams,
          queue: stores.signalQueues,
          names: stores.appEnds,
        },
        relying: { of: async () => ({ includes: (client) => client === stream.clientId }) },
        heardBy: async (client) => (client === stream.clientId ? [client] : []),
        onLate: () => undefined,
        onDropped: () => undefined,
      });
      const event: ActivityEvent = {
        kind,
        by: 'operator',
        subject: { type: 'factor', id: 'x', kind: 'totp' },
      };
      // The server's clock may lag behind the store's.
      const entry = { id: `${Date.now()}-0`, at: Date.now() + 60_000, event, device: undefined };
      for (const _ of ['once', 'and again']) await hearer.hear(accountId, [entry]);
      const heard: string[] = [];
      for (;;) {
        const taken = await stores.signalQueues.take(`ssf.${stream.id}`);
        if (!taken) break;
        expect(taken.body.subject).toEqual({ format: 'iss_sub', iss: ISSUER, sub: accountId });
        if (taken.body.event === SIGNAL_TYPES['credential-change'])
          expect(taken.body.fields).toEqual({
            event_timestamp: expect.any(Number),
            initiating_entity: 'admin',
            credential_type: expect.stringMatching(/^[a-z-]+$/),
            change_type: expect.stringMatching(/^(create|update|delete)$/),
          });
        heard.push(taken.body.event);
      }
      const expected = typeof told === 'string' ? [] : told.map(({ type }) => SIGNAL_TYPES[type]);
      expect(heard.sort()).toEqual(expected.sort());
      expect(isTold(kind)).toBe(expected.length > 0);
      await stores.signalStreams.remove(stream.clientId);
    },
  );
});
