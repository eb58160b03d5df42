import Provider, { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { DeviceCodeStore } from '../../devices/device-code-store.ts';
import { type Limiter, orGiveBack } from '../../limits/limiter.ts';
import { pushedDevice } from '../device-parameters.ts';
import { TooManyDeviceCodes } from '../errors.ts';
import { type AskingDevice, countPage } from './page-codes.ts';
import { WaitingRequestAdapter, type WaitingStores } from './waiting-requests.ts';

interface PushStores extends WaitingStores {
  readonly deviceCodes: Pick<DeviceCodeStore, 'reserve' | 'release'>;
  /** Of a device code, in milliseconds. */
  readonly lifetimes: { readonly deviceCode: number };
}

/** Requests that were pushed (RFC 9126), for a minute. */
export class PushedRequestAdapter extends WaitingRequestAdapter implements Adapter {
  readonly #codes: PushStores['deviceCodes'];
  readonly #limiter: Limiter;
  readonly #codeLifetime: number;

  constructor(stores: PushStores) {
    super('PushedAuthorizationRequest', stores, isPublicClient);
    this.#codes = stores.deviceCodes;
    this.#limiter = stores.limiter;
    this.#codeLifetime = stores.lifetimes.deviceCode;
  }

  /**
   * One of a device takes the place of a device code, for as long as a code would hold it: strangers may push no more of
   * them than they may ask for codes.
   */
  override async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { params, client } = Provider.ctx?.oidc ?? {};
    const device = pushedDevice(params) as AskingDevice | undefined;
    if (!device || !client) return super.upsert(id, payload, expiresIn);
    const giveBack = await countPage(this.#limiter, device);
    const place = {
      deviceCode: id,
      clientId: client.clientId,
      lifetime: this.#codeLifetime,
      network: device.network ?? 'unknown',
    };
    if ((await orGiveBack(giveBack, this.#codes.reserve(place))) !== 'reserved') {
      await giveBack();
      throw new TooManyDeviceCodes();
    }
    const release = async () => Promise.all([this.#codes.release(place), giveBack()]);
    await orGiveBack(release, this.records.write(this.model, id, payload, expiresIn * 1000));
  }

  /** It is used once; another tab may have been quicker (RFC 9126 section 4). */
  override async consume(id: string): Promise<void> {
    if (await this.records.consume(this.model, id)) return;
    throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
  }
}

/** RFC 6749 section 2.1: an attacker can be one of these, and push as many requests as they like. */
const isPublicClient = ({ oidc }: KoaContextWithOIDC): boolean => oidc.client?.clientAuthMethod === 'none';
