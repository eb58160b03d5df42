import { type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { Registration, RegistrationAnswer, RegistrationRequest } from './registration.ts';

/**
 * Requests of clients about what they registered, each counted for its network before it is looked at: a stranger could have
 * this server read what is refused, and look into the store, as often as they please. A client that is registered counts by
 * the place that it takes, and not here.
 */
export class PacedRegistration implements Registration {
  readonly #registration: Registration;
  readonly #limiter: Pick<Limiter, 'take'>;

  constructor(registration: Registration, limiter: Pick<Limiter, 'take'>) {
    this.#registration = registration;
    this.#limiter = limiter;
  }

  async register(metadata: unknown, by: RegistrationRequest): Promise<RegistrationAnswer> {
    return this.#counted(by, () => this.#registration.register(metadata, by), 'but-what-is-done');
  }

  async read(clientId: string, by: RegistrationRequest): Promise<RegistrationAnswer> {
    return this.#counted(by, () => this.#registration.read(clientId, by));
  }

  async update(clientId: string, by: RegistrationRequest, metadata: unknown): Promise<RegistrationAnswer> {
    return this.#counted(by, () => this.#registration.update(clientId, by, metadata));
  }

  async remove(clientId: string, by: RegistrationRequest): Promise<RegistrationAnswer> {
    return this.#counted(by, () => this.#registration.remove(clientId, by));
  }

  async #counted(
    { address }: RegistrationRequest,
    ask: () => Promise<RegistrationAnswer>,
    counts: 'all' | 'but-what-is-done' = 'all',
  ): Promise<RegistrationAnswer> {
    const leave = await this.#limiter.take([['REGISTRATION_NETWORK', address]]);
    if (leave.outcome === 'wait')
      return { outcome: 'wait', seconds: Math.ceil(leave.milliseconds / 1000), limit: leave.limit };
    const answer = await orGiveBack(leave.giveBack, ask());
    if (answer.outcome === 'done' && counts === 'but-what-is-done') await leave.giveBack();
    return answer;
  }
}
