/** Two processes' worth of stores and protocols on one Redis, each of whose commands can be held. */
import type { IncomingMessage } from 'node:http';
import type { AccountServices } from '../../src/account-changes/services.ts';
import type { AccountId, Credentials } from '../../src/accounts/account.ts';
import { standsAlone } from '../../src/accounts/password-rules.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import type { Session } from '../../src/accounts/session.ts';
import { type AccountWorld, accountWorld, PASSWORD, PEPPER, SOMEONE } from '../accounts/account-world.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { RADIO } from '../support/companion-device.ts';
import { type Answer, DeviceClient } from '../support/device-client.ts';
import { RACK } from '../support/link-key-owner.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, randomId } from '../support/test-stores.ts';
import { holdCommands, type Interleaving } from './interleaving.ts';

const ACTOR = 'x-actor';
const UNLIMITED = { free: 1e6, firstDelay: 1000, highestDelay: 1000, memory: 60_000 };
const FREE = { ...UNLIMITED, free: 100 };

export interface RaceProcess extends TestProtocol {
  services: AccountServices;
}

export interface RaceWorld {
  processes: [RaceProcess, RaceProcess];
  passwords: Passwords;
  /** Of `PASSWORD`. */
  credentials: Credentials;
  /** Requests in the name of an actor belong to its interleaving. */
  interleavings: Map<string, Interleaving>;
  close(): Promise<void>;
}

export async function openRaceWorld(): Promise<RaceWorld> {
  const passwords = await Passwords.create(PEPPER, { cost: CHEAP });
  const interleavings = new Map<string, Interleaving>();
  const around = (request: IncomingMessage, handle: () => void) => {
    const [key = '', actor = ''] = String(request.headers[ACTOR] ?? '').split('/');
    const interleaving = interleavings.get(key);
    if (interleaving) interleaving.as(actor, handle);
    else handle();
  };
  const worlds: AccountWorld[] = [];
  const open = async (first?: TestProtocol): Promise<RaceProcess> => {
    const protocol = await testProtocol({
      around,
      clients: [...TEST_CLIENTS, RACK, RADIO],
      limits: { UNKNOWN_CODE_NETWORK: UNLIMITED, UNKNOWN_CODE_ALL: UNLIMITED },
      ...(first && { prefix: first.stores.prefix, environment: { ISSUER: first.issuer } }),
    });
    const { stores } = protocol;
    const world = await accountWorld({
      ...stores,
      sealing: stores.keyring,
      passwords,
      limits: {
        PASSWORD_STRANGER: FREE,
        PASSWORD_RIGHT: UNLIMITED,
        PASSWORD_NETWORK: UNLIMITED,
        PASSWORD_ALL: UNLIMITED,
      },
    });
    worlds.push(world);
    holdCommands(stores.connection.redis);
    return { ...protocol, services: world };
  };
  const first = await open();
  const processes: RaceWorld['processes'] = [first, await open(first)];
  const close = async () => {
    for (const process of processes.toReversed()) await process.close();
    for (const world of worlds) await world.close();
  };
  // As a sign-in leaves them: one that had to write them anew would rightly win over a password change.
  const credentials = {
    passwordHash: await passwords.hash(PASSWORD, SOMEONE),
    standsAlone: standsAlone(PASSWORD),
  };
  return { processes, passwords, credentials, interleavings, close };
}

/** A device whose requests are an actor's. */
export class RacingDevice extends DeviceClient {
  /** Whose requests these are, for its interleaving. */
  readonly actor: string | undefined;

  constructor(process: RaceProcess, actor?: string, clientId?: string) {
    super(process.address, clientId);
    this.actor = actor;
  }

  override post(path: string, fields: Record<string, string>, headers = {}): Promise<Answer> {
    return super.post(path, fields, this.actor ? { ...headers, [ACTOR]: this.actor } : headers);
  }
}

export interface RaceOwner {
  accountId: AccountId;
  email: string;
  browser: Session;
}

/** An account with a password and a signed-in browser. */
export async function raceOwner({ processes: [{ stores }], credentials }: RaceWorld): Promise<RaceOwner> {
  const accountId = randomId() as AccountId;
  const email = `${accountId.toLowerCase()}@example.org`;
  const profile = { name: 'Ada', email, emailVerified: true, createdAt: Date.now() };
  await stores.accounts.create(accountId, profile, credentials);
  const browser = newBrowser(accountId, 1);
  await stores.browsers.insert(browser, { idle: 3_600_000, absolute: 86_400_000 });
  return { accountId, email, browser: { ...browser, profile } };
}
