import { randomBytes } from 'node:crypto';
import { readMailedCode } from '../accounts/mailed-code.ts';
import type { Service } from '../brand/brand.ts';
import type { EventPlace } from '../events/event.ts';
import { issuerLabel, keyUri, newSeed, stepOf } from './authenticator-app.ts';
import type { Standing } from './factor.ts';
import { cleanFactorName, factorSubject } from './factor-names.ts';
import type { FactorStore } from './factor-store.ts';

/** What a page shows, so that an app can be set up. */
interface AppSetup {
  /** Base32, for typing by hand. */
  readonly seed: string;
  /** What the QR code holds. */
  readonly uri: string;
  /** As the app will call this server. */
  readonly label: string;
}

type AddAppOutcome = 'added' | 'malformed' | 'wrong' | 'too-many' | 'refused';

/** Setting up an authenticator app: its seed is kept once a code has shown that the app has it. */
export class AddApp {
  readonly #factors: FactorStore;
  readonly #service: Service;
  readonly #now: () => number;

  constructor(factors: FactorStore, service: Service, now: () => number = Date.now) {
    this.#factors = factors;
    this.#service = service;
    this.#now = now;
  }

  /** @param seed of a setup that was begun; without one a new one begins */
  setup(email: string, seed: string = newSeed()): AppSetup {
    return { seed, uri: keyUri(seed, this.#service, email), label: issuerLabel(this.#service) };
  }

  /** The code that switches the app on does not also sign in: its time step is used. */
  async add(
    owner: Standing,
    given: { seed: string; code: string; name: string },
    place: EventPlace,
  ): Promise<AddAppOutcome> {
    const { seed } = given;
    const code = readMailedCode(given.code);
    if (code === undefined) return 'malformed';
    const createdAt = this.#now();
    const lastStep = stepOf(seed, code, createdAt, 0);
    if (lastStep === undefined) return 'wrong';
    const id = randomBytes(12).toString('base64url');
    const name = cleanFactorName(given.name, 'Authenticator app');
    const app = { kind: 'totp', id, name, createdAt, seed, lastStep } as const;
    const event = { kind: 'factor-added', by: 'owner', place, subject: factorSubject(app) } as const;
    return this.#factors.add(owner, app, event);
  }
}
