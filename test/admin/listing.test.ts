/** An operator searches among very many: a page is there in time, however slow the machine is, and no account is left out. */
import { expect, it } from '@jest/globals';
import { type Listed, listed } from '../../src/admin/listing.ts';
import type { IndexPage, IndexRow } from '../../src/admin/row-index.ts';

const ROWS = Array.from(
  { length: 1000 },
  (_, number): IndexRow => ({ id: `row-${number}`, at: 1000 - number }),
);
const index = {
  page: async ({ after, most }: IndexPage) => {
    const from = after ? ROWS.findIndex(({ id }) => id === after.id) + 1 : 0;
    return ROWS.slice(from, from + most);
  },
  drop: async () => undefined,
};

/** Every page of those whose name ends so. @param cost milliseconds of opening one */
async function pagesOf(ending: string, cost: number) {
  let [clock, last]: [number, IndexRow | undefined] = [0, undefined];
  const [found, times]: [string[], number[]] = [[], []];
  const listing = {
    index,
    times: {},
    open: async ({ id }: IndexRow) => {
      clock += cost;
      return id;
    },
    wanted: (id: string) => id.endsWith(ending),
    now: () => clock,
  };
  do {
    const began = clock;
    const page: Listed<string> = await listed(listing, last, 10);
    found.push(...page.found);
    last = page.next;
    times.push(clock - began);
  } while (last);
  return { found, times };
}

it.each([0.1, 0.3, 0.5])(
  'a page ends within 100 ms where opening one takes %s ms, and the next goes on',
  async (cost) => {
    const { found, times } = await pagesOf('-777', cost);
    expect(found).toEqual(['row-777']);
    expect(Math.max(...times)).toBeLessThan(100);
  },
);

it('each that is wanted is on one page, in its place', async () => {
  const { found } = await pagesOf('7', 0.3);
  expect(found).toEqual(ROWS.map(({ id }) => id).filter((id) => id.endsWith('7')));
});
