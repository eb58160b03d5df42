import type Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import type { GoOn } from '../apps/app-sign-in.ts';
import type { CompanionLinking } from '../apps/companion-linking.ts';
import { type ClientStates, stampOf } from '../devices/client-state.ts';
import type { AskedLink } from '../devices/device-linking.ts';
import { COMPANION_CODE_SECONDS, isCompanion } from './companion-clients.ts';
import { pushedDevice } from './device-parameters.ts';
import type { DeviceRequests } from './device-request.ts';
import { finish, goOnFrom } from './interaction-result.ts';
import { saveWaiting } from './waiting-grant.ts';

/** Milliseconds that the grant waits: as long as the code can be redeemed, and the way of the browser to it. */
const WAIT = COMPANION_CODE_SECONDS * 1000 + 60_000;

/** The owner's confirmation of a device whose request waits as one of the library's interactions. */
export class ProviderCompanionLinking implements CompanionLinking {
  readonly #provider: () => Provider;
  readonly #requests: DeviceRequests;
  readonly #states: Pick<ClientStates, 'current'>;

  constructor(
    provider: () => Provider,
    requests: DeviceRequests,
    clientStates: Pick<ClientStates, 'current'>,
  ) {
    this.#provider = provider;
    this.#requests = requests;
    this.#states = clientStates;
  }

  async find(uid: string): Promise<AskedLink | undefined> {
    const waiting = await this.#waiting(uid);
    return waiting && this.#requests.shown(waiting.client, waiting.asked);
  }

  /**
   * In the order in which a crash leaves less authority: the grant is written as waiting, then the request is answered.
   * A grant that no code leads to ends with its wait.
   */
  async approve(uid: string, browser: Session): Promise<GoOn | 'gone' | 'signed-out' | 'full'> {
    const waiting = await this.#waiting(uid);
    if (!waiting) return 'gone';
    const { interaction, client, asked } = waiting;
    if (interaction.result) return goOnFrom(interaction);
    const grant = this.#requests.newGrant(client, asked, browser);
    const { device: claimed } = this.#requests.shown(client, asked);
    const stamp = stampOf(await this.#states.current(), client.clientId);
    const asks = { claimed, clientId: client.clientId };
    const refused = await saveWaiting(grant, { asks, waiting: WAIT, ...stamp });
    if (refused) return refused;
    const consent = { grantId: grant.jti, ...stamp };
    return finish(interaction, { ...interaction.lastSubmission, consent });
  }

  async #waiting(uid: string) {
    const interaction = await this.#provider().Interaction.find(uid);
    if (interaction?.prompt.name !== 'consent') return undefined;
    const { params } = interaction;
    const client = await this.#provider().Client.find(String(params['client_id']));
    const info = pushedDevice(params);
    if (!client || !isCompanion(client) || !info) return undefined;
    return { interaction, client, asked: { params, info } };
  }
}
