/** Owners who wait for their devices, and a store that is asked for all of them. */
import { afterEach, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { LinkWatch } from '../../src/devices/link-watch.ts';
import type { Owner } from '../../src/devices/linked-device.ts';
import type { LinkState } from '../../src/devices/waiting-link.ts';
import { eventually } from '../support/eventually.ts';

const ownerOf = (name: string): Owner => ({ accountId: name as AccountId, epoch: 1 });

interface Asked {
  readonly who: string;
  readonly ids: readonly string[];
}

let watch: LinkWatch | undefined;
afterEach(() => watch?.close());

it('six requests that wait are one look for each account at a time, which names all that it waits for', async () => {
  const asked: Asked[] = [];
  let [under, most] = [0, 0];
  const states = async ({ accountId }: Owner, ids: readonly string[]): Promise<LinkState[]> => {
    asked.push({ who: accountId, ids: [...ids].sort() });
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    return ids.map(() => 'waiting');
  };
  watch = new LinkWatch({ states });
  const gone = new AbortController();
  const [ada, ben] = [ownerOf('ada'), ownerOf('ben')];
  const held = [
    ...['tv', 'radio', 'tv'].map((id) => watch?.hold(ada, id, 60_000, gone.signal)),
    ...['lamp', 'lamp', 'lamp'].map((id) => watch?.hold(ben, id, 60_000, gone.signal)),
  ];
  await eventually('four looks', () => asked.length >= 8 || undefined);
  const looks = asked.slice(0, 8);
  const [first, second] = looks;
  expect([first, second].map((one) => one?.who).sort()).toEqual(['ada', 'ben']);
  for (const who of ['ada', 'ben']) expect(looks.filter((one) => one.who === who)).toHaveLength(4);
  for (const { who, ids } of looks)
    expect([...new Set(ids)]).toEqual(who === 'ada' ? ['radio', 'tv'] : ['lamp']);
  expect(most).toBeLessThanOrEqual(2);
  watch.close();
  expect(await Promise.all(held)).toEqual(Array(6).fill('waiting'));
});
