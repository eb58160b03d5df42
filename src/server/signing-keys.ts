/** The signing keys of a running server: what it starts with, and how it hears of new ones without a restart. */
import type { Logger } from 'pino';
import type { KeyFigures, Metrics } from '../audit/metrics.ts';
import type { SecurityLog } from '../audit/security-log.ts';
import type { Config } from '../config/config.ts';
import { describeError } from '../errors/error-description.ts';
import type { KeyRing, KeyStatus } from '../oidc/key-ring.ts';
import { type KeyMaker, type KeyRingStore, KeyRotation, type KeysNow } from '../oidc/key-rotation.ts';
import type { Protocol } from '../oidc/protocol.ts';
import type { Stores } from '../redis/stores.ts';
import { IntervalTask } from '../runtime/interval-task.ts';

const NAME = 'signing-keys';
/** Milliseconds: so late a server signs with a new key, or lets go of one that was ended at once. */
const WATCH_PAUSE = 2000;

export function keyRotationOf(
  { installationSecrets }: Pick<Stores, 'installationSecrets'>,
  config: Config,
  make?: KeyMaker,
) {
  const store: KeyRingStore = {
    openOrMake: (make) => installationSecrets.openOrMake<KeyRing>(NAME, make),
    read: () => installationSecrets.read<KeyRing>(NAME),
    replace: (version, ring) => installationSecrets.replace(NAME, version, ring),
  };
  return new KeyRotation({ store, times: config.signingKeys, ...(make && { make }) });
}

interface WatchParts {
  readonly rotation: Pick<KeyRotation, 'look'>;
  readonly protocol: Pick<Protocol, 'useKeys'>;
  readonly security: SecurityLog;
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'warn'>;
  /** Milliseconds between two looks. */
  readonly pause?: number;
}

/**
 * Looks after the keys while the server runs. While the store does not serve, nothing changes: no token is issued then.
 * @param started what the protocol was made with
 */
export function watchSigningKeys(parts: WatchParts, started: KeysNow): IntervalTask {
  const { rotation, protocol, security, metrics, log, pause = WATCH_PAUSE } = parts;
  let used = started;
  let isFailing = false;
  metrics.watchKeys(() => figuresOf(used.status));
  return new IntervalTask(
    async () => {
      const found = await rotation.look();
      isFailing = false;
      if (namesOf(found) !== namesOf(used)) {
        protocol.useKeys(found.published);
        auditChange(security, used.status, found.status);
      }
      used = found;
    },
    pause,
    (error) => {
      if (!isFailing) log.warn({ error: describeError(error) }, 'signing keys could not be looked at');
      isFailing = true;
    },
  );
}

/** In order: the first of each algorithm signs. */
function namesOf({ published }: KeysNow): string {
  return published.keys.map(({ kid }) => kid).join();
}

function auditChange(security: SecurityLog, before: readonly KeyStatus[], after: readonly KeyStatus[]): void {
  const kids = (status: readonly KeyStatus[], ...states: KeyStatus['state'][]) =>
    new Set(status.filter(({ state }) => states.includes(state)).map(({ key }) => key.kid));
  const published = ['waiting', 'signing', 'retired'] as const;
  const added = (one: Set<string>, other: Set<string>) => [...other].filter((kid) => !one.has(kid));
  const tell = (event: Parameters<SecurityLog['auditKey']>[0], keys: string[]) => {
    for (const kid of keys) security.auditKey(event, kid);
  };
  tell('signing-key-published', added(kids(before, ...published), kids(after, ...published)));
  tell('signing-key-used', added(kids(before, 'signing'), kids(after, 'signing')));
  tell('signing-key-ended', added(kids(after, ...published), kids(before, ...published)));
}

function figuresOf(status: readonly KeyStatus[]): KeyFigures {
  const counted = { waiting: 0, signing: 0, retired: 0 };
  for (const { state } of status) if (state !== 'ended') counted[state] += 1;
  const signing = status.filter(({ state }) => state === 'signing').map(({ signs }) => signs / 1000);
  return { counted, signsSince: Math.min(...signing) };
}
