/**
 * Holds a history against what was promised. Only what follows from the order of calls and answers is claimed: of two
 * operations that overlap, or one whose answer was lost, either may have come first.
 */
import { judgeKey, keyEndOf, keyMayHaveRefused } from './judge-keys.ts';
import type { AccountHistory, DeviceHistory, Entry, Kind, Session } from './record.ts';
import { acknowledged } from './record.ts';

/** How long after its answer was lost an operation may still take effect, in milliseconds. */
const LATE = 3000;

/** How long a server may go on giving out codes under the client's former epoch, which are dead, in milliseconds. */
const RECENT = 5000;

/** What leads to the tokens of a device, in each way in which it is linked. */
const LINKING: ReadonlySet<Kind> = new Set(['approve', 'confirm', 'present']);

/** @returns what does not hold, a sentence each */
export function judge(account: AccountHistory): string[] {
  return [
    ...account.sessions.flatMap((session) => judgeSession(account, session)),
    ...account.devices.flatMap((device) => judgeDevice(account, device)),
    ...account.keys.flatMap((key) => judgeKey(account, key)),
  ];
}

function judgeSession(account: AccountHistory, session: Session): string[] {
  const end = acknowledgedEnd(account.ends, session);
  const wrong = session.looks.filter(({ outcome, call }) => outcome === 'ok' && call > end);
  const honest = session.looks.filter(
    (look) => look.outcome === 'no' && !mayHaveEnded(account.ends, session, look),
  );
  return [
    ...wrong.map(() => 'a browser is signed in after everything was ended'),
    ...honest.map(() => 'a browser is signed out that nobody has signed out'),
  ];
}

function judgeDevice(account: AccountHistory, device: DeviceHistory): string[] {
  const { name, session, asked, entries } = device;
  const { ends } = account;
  const own = entries.filter(({ kind }) => kind === 'deregister');
  const ofClient = acknowledgedEnd(endsOfClient(account, device), asked);
  const end = Math.min(acknowledgedEnd(ends, session), ofClient, ...acknowledged(own));
  const after = entries.filter(
    ({ outcome, kind, call }) =>
      outcome === 'ok' && kind !== 'deregister' && call > Math.min(end, keyEndOf(device, kind)),
  );
  const mayHave = (entry: Entry) =>
    mayHaveEnded(ends, session, entry) ||
    operatorMayHaveEnded(account, device, entry) ||
    keyMayHaveRefused(account, device, entry) ||
    own.some(({ call }) => call < entry.return);
  return [
    ...after.map(({ kind }) => `${name}: ${kind} is accepted after an acknowledged end`),
    ...twoGrants(entries).map((claim) => `${name}: ${claim}`),
    ...lostApproval(entries).map((claim) => `${name}: ${claim}`),
    ...comeBack(entries).map((claim) => `${name}: ${claim}`),
    ...refusedInHonesty(entries.filter((entry) => !mayHave(entry))).map((claim) => `${name}: ${claim}`),
  ];
}

/** Whether the operator's act may have ended what the device has, its code too, before this was answered. */
export function operatorMayHaveEnded(
  account: Pick<AccountHistory, 'clientEnds'>,
  device: Pick<DeviceHistory, 'asked' | 'client'>,
  entry: Entry,
): boolean {
  return mayHaveEnded(endsOfClient(account, device), { began: device.asked.began - RECENT }, entry);
}

function endsOfClient(
  { clientEnds }: Pick<AccountHistory, 'clientEnds'>,
  device: Pick<DeviceHistory, 'client'>,
): Entry[] {
  return clientEnds.filter(({ client }) => client === device.client);
}

/** When it was acknowledged at the latest that everything had ended that was done by then. */
function acknowledgedEnd(ends: readonly Entry[], { done }: Pick<Session, 'done'>): number {
  return Math.min(Number.POSITIVE_INFINITY, ...acknowledged(ends.filter(({ call }) => call > done)));
}

/** Whether what began then may have ended before this was answered. */
function mayHaveEnded(ends: readonly Entry[], { began }: Pick<Session, 'began'>, entry: Entry): boolean {
  const over = (end: Entry) => end.return + (end.outcome === 'unknown' ? LATE : 0);
  return ends.some((end) => end.call < entry.return && over(end) > began);
}

function twoGrants(entries: readonly Entry[]): string[] {
  const redeemed = entries.filter(({ kind, outcome }) => kind === 'poll' && outcome === 'ok');
  return redeemed.length > 1 ? ['one code was redeemed twice'] : [];
}

/** Codes move forward only. */
function lostApproval(entries: readonly Entry[]): string[] {
  const [approval] = entries.filter(({ kind, outcome }) => kind === 'approve' && outcome === 'ok');
  if (!approval) return [];
  const back = entries.filter(
    ({ kind, outcome, call }) => kind === 'poll' && outcome === 'pending' && call > approval.return,
  );
  return back.map(() => 'an approved code is pending again');
}

/** An access token that was once not accepted is never accepted again. */
function comeBack(entries: readonly Entry[]): string[] {
  const refused = new Map<number, number>();
  for (const { token, outcome, return: answered } of entries) {
    if (token === undefined || outcome !== 'no') continue;
    refused.set(token, Math.min(answered, refused.get(token) ?? answered));
  }
  return entries
    .filter(
      ({ token, outcome, call }) =>
        token !== undefined && outcome === 'ok' && call > (refused.get(token) ?? call),
    )
    .map(() => 'a token is active again');
}

/** The owner had not taken the device's key back: what was acknowledged must work. */
function refusedInHonesty(entries: readonly Entry[]): string[] {
  const approval = entries.find(({ kind, outcome }) => LINKING.has(kind) && outcome === 'ok');
  return entries
    .filter(({ outcome }) => outcome === 'no')
    .filter((entry) => {
      if (entry.kind === 'refresh' || entry.kind === 'present') return true;
      if (entry.kind === 'introspect') return entry.newest === true;
      if (entry.kind !== 'poll' || !approval || approval.return > entry.call) return false;
      const earlier = entries.some(
        (one) => one.kind === 'poll' && one !== entry && one.call < entry.return && one.outcome !== 'no',
      );
      return !earlier;
    })
    .map(({ kind }) => `${kind} of a device that nobody has signed out is refused`);
}
