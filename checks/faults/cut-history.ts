/** Holds the server against what it had acknowledged before the place where the append-only file was cut. */
import type { AccountId } from '../../src/accounts/account.ts';
import type { DeviceClient, Tokens } from '../../test/support/device-client.ts';
import type { Installation } from '../../test/support/installation.ts';
import { errorOf } from '../../test/support/linked-device.ts';
import { randomId } from '../../test/support/test-stores.ts';
import type { History, PastAccount, PastDevice, Step, StepKind } from './history.ts';

type Expect = (condition: boolean, claim: string) => void;

/** @returns what does not hold, a sentence each */
export async function verifyPrefix(
  installation: Installation,
  { accounts }: History,
  cut: number,
): Promise<string[]> {
  const wrong: string[] = [];
  const expect: Expect = (condition, claim) => {
    if (!condition) wrong.push(claim);
  };
  for (const account of accounts) {
    await verifyAccount(installation, account, cut, expect);
    for (const device of account.devices) await verifyDevice(installation, device, cut, expect);
  }
  return wrong;
}

interface Known {
  /** The last step that is whole before the cut. */
  last: StepKind | undefined;
  /** The step that the cut goes through. */
  open: StepKind | undefined;
  /** The newest tokens that were given before the cut. */
  tokens: Tokens | undefined;
  /** Those that are given by the step that the cut goes through, or after it. */
  later: readonly Tokens[];
}

function knownAt(steps: readonly Step[], cut: number): Known {
  const done = steps.filter(({ after }) => after <= cut);
  const given = (some: readonly Step[]) => some.flatMap(({ tokens }) => (tokens ? [tokens] : []));
  return {
    last: done.at(-1)?.kind,
    open: steps.find(({ before, after }) => before < cut && cut < after)?.kind,
    tokens: given(done).at(-1),
    later: given(steps.filter(({ after }) => after > cut)),
  };
}

async function verifyAccount(
  { stores }: Installation,
  { owner, email, steps }: PastAccount,
  cut: number,
  expect: Expect,
): Promise<void> {
  const { last, open } = knownAt(steps, cut);
  const { accountId } = owner.browser;
  const found = await stores.accounts.findByEmail(email);
  expect(found === undefined || found.id === accountId, 'an email leads to another account');
  if (last === undefined) {
    expect(found === undefined || open === 'created', 'an account is there before it was made');
    if (found === undefined) await verifyEmailIsFree(stores, email, expect);
    return;
  }
  expect(found !== undefined, 'an account that was made is not found by its email');
  const signedIn = await owner.isSignedIn();
  if (last === 'signed-out') expect(!signedIn, 'a browser is signed in again');
  else if (open !== 'signed-out') expect(signedIn, 'a browser that was signed in is not');
}

/** What a cut in the middle has left behind stands in no owner's way. */
async function verifyEmailIsFree(
  { accounts }: Installation['stores'],
  email: string,
  expect: Expect,
): Promise<void> {
  const profile = { name: 'Ada', email, emailVerified: true, createdAt: 1 };
  const made = await accounts.create(randomId() as AccountId, profile, { passwordHash: 'none' });
  expect(made && (await accounts.findByEmail(email)) !== undefined, 'an email is taken by no account');
}

/** What polls may hear, by the last whole step, and what else by the one that the cut goes through. */
const HEARD: Partial<Record<StepKind | 'nothing', string>> = {
  nothing: 'invalid_grant',
  asked: 'authorization_pending',
  approved: 'tokens',
  denied: 'access_denied',
};
const AFTER_OPEN: Partial<Record<StepKind, string>> = {
  asked: 'authorization_pending',
  approved: 'tokens',
  denied: 'access_denied',
  redeemed: 'invalid_grant',
};

async function verifyDevice(
  installation: Installation,
  { codes, steps }: PastDevice,
  cut: number,
  expect: Expect,
): Promise<void> {
  const known = knownAt(steps, cut);
  const device = installation.device();
  // The answer to a refresh that was cut off never came: the device goes on with what it has, and only then may the token
  // of that answer be asked about. Asking is a use of it, which spends the token before it.
  const unheard = known.open === 'refreshed' ? known.later.slice(0, 1) : [];
  const active = await countActive(device, known.later.slice(unheard.length));
  expect(active === 0 || (known.open === 'redeemed' && active === 1), EARLY);
  if (codes === undefined) return;
  const answer = await device.poll(codes.deviceCode);
  const heard = answer.status === 200 ? 'tokens' : String(errorOf(answer));
  const allowed = [HEARD[known.last ?? 'nothing'] ?? 'invalid_grant'];
  const alternative = known.open && AFTER_OPEN[known.open];
  if (alternative) allowed.push(alternative);
  const at = `${known.last ?? 'nothing'}${known.open ? `, in the middle of ${known.open}` : ''}`;
  expect(allowed.includes(heard), `${at}: the code gives ${heard}`);
  expect(active === 0 || heard !== 'tokens', `${at}: a token lives and its code is not used`);
  if (known.tokens) await verifyTokens(installation, known, known.tokens, at, expect);
  // Either: the step may have been done, and its answer lost.
  await countActive(device, unheard);
}

const EARLY = 'a token is active before it was issued';

async function countActive(device: DeviceClient, tokens: readonly Tokens[]): Promise<number> {
  const active = await Promise.all(tokens.map((one) => device.isActive(one.access_token)));
  return active.filter(Boolean).length;
}

async function verifyTokens(
  installation: Installation,
  { last, open }: Known,
  tokens: Tokens,
  at: string,
  expect: Expect,
): Promise<void> {
  if (open === 'revoked' || open === 'signed-out') return;
  const device = installation.device();
  const ended = last === 'revoked' || last === 'signed-out';
  const active = await device.isActive(tokens.access_token);
  expect(active !== ended, `${at}: its access token is ${active ? '' : 'not '}active`);
  const answer = await device.refresh(tokens.refresh_token);
  const heard = answer.status === 200 ? 'tokens' : String(errorOf(answer));
  expect(heard === (ended ? 'invalid_grant' : 'tokens'), `${at}: its refresh token gives ${heard}`);
}
