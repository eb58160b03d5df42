/** What a whole history comes to: what the judge finds, what is left in the store, and how much of each kind succeeded. */
import type { TestStores } from '../../test/support/test-stores.ts';
import type { Findings } from '../check.ts';
import { judge, operatorMayHaveEnded } from './judge.ts';
import type { Owner } from './owner.ts';
import { type Entry, KINDS, type Kind, OUTCOMES, type Outcome } from './record.ts';

/** Without one of these that succeeded a history shows nothing. */
const SHOWN: readonly Kind[] = ['approve', 'confirm', 'present', 'key-end'];

/** @param sizes at least `operations` */
export async function findingsOf(
  stores: TestStores,
  owners: readonly Owner[],
  clientEnds: readonly Entry[],
  sizes: { operations: number } & Record<string, number>,
): Promise<Findings> {
  const left = await Promise.all(owners.map((owner) => judgeStore(stores, owner)));
  const violations = [...owners.flatMap(({ history }) => judge(history)), ...left.flat()];
  const entries = [...owners.flatMap(entriesOf), ...clientEnds];
  const count = (kind: Kind, wanted: Outcome) =>
    entries.filter((entry) => entry.kind === kind && entry.outcome === wanted).length;
  const accepted = count('approve', 'ok');
  if (accepted < refusedApprovals(owners)) violations.push('most approvals were refused');
  if (accepted < sizes.operations / 100) violations.push('hardly any approval was accepted');
  for (const kind of SHOWN) if (count(kind, 'ok') === 0) violations.push(`no ${kind} has succeeded`);
  const told = (kind: Kind) => OUTCOMES.map((outcome) => `${count(kind, outcome)} ${outcome}`).join(', ');
  return {
    figures: { ...sizes, ...Object.fromEntries(KINDS.map((kind) => [kind, told(kind)])) },
    violations,
  };
}

function entriesOf({ history }: Owner): Entry[] {
  return [
    ...history.ends,
    ...history.makings,
    ...history.keys.flatMap(({ ends }) => ends),
    ...history.devices.flatMap((device) => device.entries),
    ...history.sessions.flatMap(({ looks }) => looks),
  ];
}

/** What the store has in the end. */
async function judgeStore(stores: TestStores, { accountId, history }: Owner): Promise<string[]> {
  const violations: string[] = [];
  const account = await stores.accounts.find(accountId);
  const rows = await stores.linkedDevices.list({ accountId, epoch: account?.epoch ?? 0 });
  const names = rows.map(({ claimed }) => claimed.name);
  if (new Set(names).size < names.length) violations.push('one code has two rows');
  const known = new Set<string | undefined>(history.devices.map(({ name }) => name));
  if (names.some((name) => !known.has(name))) violations.push('a row is of no device');
  const told = await stores.activity.list(accountId, { most: 1000 });
  // Each device presents its newest token, and the same again after a lost answer.
  if (told.some(({ event }) => event.kind === 'device-replayed'))
    violations.push('an honest device was taken for a thief');
  return violations;
}

/** But for those of codes that the operator's act has ended: for 5 s after it servers give out such codes. */
function refusedApprovals(owners: readonly Owner[]): number {
  const refused = owners.flatMap(({ history }) =>
    history.devices.flatMap((device) =>
      device.entries.filter(
        (entry) =>
          entry.kind === 'approve' && entry.outcome === 'no' && !operatorMayHaveEnded(history, device, entry),
      ),
    ),
  );
  return refused.length;
}
