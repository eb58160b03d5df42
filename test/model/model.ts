/**
 * One device code, its account's epoch and its client's, and the chain of refresh tokens that comes of it, as a pure state machine: what
 * the store must do, written once more without the store. Tokens are numbered as they are issued.
 */
export type CodeState = 'pending' | 'approved' | 'denied' | 'consumed';

export interface ModelState {
  readonly code: CodeState;
  readonly expired: boolean;
  /** From 1. */
  readonly epoch: number;
  readonly active: boolean;
  /** What the operator did to its client; `ended`: it may be used, by what begins anew. */
  readonly client: 'untouched' | 'disabled' | 'ended';
  /** Of the grant that the approval made: its epoch; `undefined` when there is none, or it has ended. */
  readonly grant: 'waiting' | 'active' | undefined;
  readonly issued: number;
  readonly head: number | undefined;
  readonly successors: readonly number[];
  readonly former: readonly number[];
}

export const START: ModelState = {
  code: 'pending',
  expired: false,
  epoch: 1,
  active: true,
  client: 'untouched',
  grant: undefined,
  issued: 0,
  head: undefined,
  successors: [],
  former: [],
};

/** How far the walk goes. */
const MAX_TOKENS = 4;
const LAST_EPOCH = 3;

export type Operation =
  | { kind: 'approve'; underEpoch: number }
  | { kind: 'client-end' | 'client-disable' | 'client-enable' }
  | { kind: 'deny' | 'poll' | 'expire' | 'deregister' | 'sign-out' | 'disable' | 'enable' }
  /** With the refresh token, or with the access token that was issued beside it, of this number. */
  | { kind: 'refresh' | 'use'; token: number };

export interface Step {
  readonly state: ModelState;
  readonly outcome: string;
}

/** What may be tried in a state, bounded so that the walk ends. */
export function operationsIn(state: ModelState): Operation[] {
  const { epoch, issued, expired, active, client } = state;
  const tokens = Array.from({ length: issued }, (_, token) => token);
  if (client !== 'untouched') return afterEndOfClient(state, tokens);
  const all: Operation[] = [
    ...Array.from({ length: epoch }, (_, index) => ({ kind: 'approve', underEpoch: index + 1 }) as const),
    { kind: 'deny' },
    { kind: 'poll' },
    { kind: 'deregister' },
    ...tokens.map((token) => ({ kind: 'use', token }) as const),
  ];
  if (!expired) all.push({ kind: 'expire' });
  if (issued < MAX_TOKENS) all.push(...tokens.map((token) => ({ kind: 'refresh', token }) as const));
  if (epoch < LAST_EPOCH) all.push({ kind: 'sign-out' });
  if (active && epoch < LAST_EPOCH) all.push({ kind: 'disable' });
  if (!active) all.push({ kind: 'enable' });
  // In what account it lies is another matter.
  if (!expired && active && epoch === 1) all.push({ kind: 'client-end' }, { kind: 'client-disable' });
  return all;
}

/** Whatever would go on. */
function afterEndOfClient({ client, issued }: ModelState, tokens: readonly number[]): Operation[] {
  return [
    { kind: 'approve', underEpoch: 1 },
    { kind: 'poll' },
    ...tokens.map((token) => ({ kind: 'use', token }) as const),
    ...(issued < MAX_TOKENS ? tokens.map((token) => ({ kind: 'refresh', token }) as const) : []),
    ...(client === 'disabled' ? [{ kind: 'client-enable' } as const] : []),
  ];
}

export function step(state: ModelState, operation: Operation): Step {
  switch (operation.kind) {
    case 'approve':
      return approve(state, operation.underEpoch);
    case 'deny':
      return decidable(state)
        ? { state: { ...state, code: 'denied' }, outcome: 'denied' }
        : same(state, 'gone');
    case 'poll':
      return poll(state);
    case 'expire':
      return { state: { ...state, expired: true }, outcome: 'expired' };
    case 'deregister':
      return state.grant ? { state: ended(state), outcome: 'ended' } : same(state, 'nothing');
    case 'sign-out':
      return { state: { ...ended(state), epoch: state.epoch + 1 }, outcome: 'signed-out' };
    case 'disable':
      return { state: { ...ended(state), epoch: state.epoch + 1, active: false }, outcome: 'disabled' };
    case 'enable':
      return { state: { ...state, active: true }, outcome: 'enabled' };
    case 'client-end':
    case 'client-enable':
      return { state: { ...state, client: 'ended' }, outcome: 'active' };
    case 'client-disable':
      return { state: { ...state, client: 'disabled' }, outcome: 'disabled' };
    case 'refresh':
      return refresh(state, operation.token);
    case 'use':
      return use(state, operation.token);
  }
}

const same = (state: ModelState, outcome: string): Step => ({ state, outcome });
const decidable = ({ code, expired, client }: ModelState) =>
  code === 'pending' && !expired && client === 'untouched';

/** The tokens stay known: they are presented again, and are worth nothing. */
function ended(state: ModelState): ModelState {
  return { ...state, grant: undefined, head: undefined, successors: [], former: [] };
}

function approve(state: ModelState, underEpoch: number): Step {
  if (!state.active || underEpoch !== state.epoch) return same(state, 'signed-out');
  if (!decidable(state)) return same(state, 'gone');
  return { state: { ...state, code: 'approved', grant: 'waiting' }, outcome: 'approved' };
}

function poll(state: ModelState): Step {
  const { code, expired, grant, active, client } = state;
  if (code === 'consumed') return same(state, 'lost');
  if (code === 'denied') return same(state, 'denied');
  if (expired) return same(state, 'lost');
  if (code === 'pending') return same(state, 'lost');
  const consumed: ModelState = { ...state, code: 'consumed' };
  if (client !== 'untouched') return { state: { ...ended(consumed) }, outcome: 'no authority' };
  if (grant !== 'waiting' || !active) return { state: consumed, outcome: 'no authority' };
  return { state: { ...consumed, grant: 'active', issued: 1, head: 0 }, outcome: 'tokens' };
}

function refresh(state: ModelState, token: number): Step {
  if (state.grant !== 'active' || state.client !== 'untouched') return same(state, 'gone');
  const at = state.head === token ? state : promoted(state, token);
  if (!at) return { state: ended(state), outcome: 'replay' };
  const successors = [...at.successors, at.issued];
  return { state: { ...at, successors, issued: at.issued + 1 }, outcome: 'tokens' };
}

/** The first use of an access token decides as the use of its refresh token does; late uses of former ones go on. */
function use(state: ModelState, token: number): Step {
  if (state.grant !== 'active' || state.client !== 'untouched') return same(state, 'refused');
  const next = promoted(state, token);
  if (next) return { state: next, outcome: 'accepted' };
  const known = state.head === token || state.former.includes(token);
  return same(state, known ? 'accepted' : 'refused');
}

/** `undefined` when it is no successor of the head. */
function promoted(state: ModelState, token: number): ModelState | undefined {
  if (!state.successors.includes(token)) return undefined;
  const former = state.head === undefined ? state.former : [...state.former, state.head];
  return { ...state, head: token, successors: [], former };
}

/** What a stranger can find out about a state. */
export interface Observation {
  readonly code: CodeState;
  readonly expired: boolean;
  readonly rows: number;
  /** Of each token issued so far: where it stands; `undefined`: it has no authority at all. */
  readonly places: readonly (string | undefined)[];
  /** Of a token further on in this chain than any, as one that a lost store has issued. */
  readonly beyond: string | undefined;
}

export function observe(state: ModelState): Observation {
  const { code, expired, grant, active, client, issued, head, successors } = state;
  const isTouched = client !== 'untouched';
  const acts = grant === 'active' && active && !isTouched;
  const placeOf = (token: number) =>
    head === token ? 'head' : successors.includes(token) ? 'successor' : 'replay';
  return {
    code,
    // What is used up says nothing of its client.
    expired: expired || (isTouched && code !== 'consumed'),
    rows: acts ? 1 : 0,
    places: Array.from({ length: issued }, (_, token) => (acts ? placeOf(token) : undefined)),
    beyond: acts ? 'ahead' : undefined,
  };
}
