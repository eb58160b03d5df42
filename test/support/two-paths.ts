/** A protocol, reached through the fast path in front of the library and around it, on the same codes. */
import type { Session } from '../../src/accounts/session.ts';
import { DEVICE_GRANT, DeviceClient } from './device-client.ts';
import { type LibraryAlone, libraryAlone } from './library-alone.ts';
import { approvedCode, codesOf, type LinkedDevice, linkDevice } from './linked-device.ts';
import { type RawAnswer, RawClient } from './raw-client.ts';
import { StoredState } from './stored-state.ts';
import { type TestProtocol, testProtocol } from './test-protocol.ts';
import { randomId, signedInOwner } from './test-stores.ts';

/** The secrets of an API that is changing over to a new one, and when the old one ends. */
export const ROTATED = {
  now: 'the-new-secret-of-the-rotating-API-01234',
  before: 'the-old-secret-of-the-rotating-API-01234',
  until: Math.ceil(Date.now() / 1000) * 1000 + 600_000,
};

const CLIENTS = [
  { client_id: 'tv', client_name: 'Telly', cors_origins: ['null', 'https://tv.example'] },

  { client_id: 'speaker', client_name: 'Boombox' },
  { client_id: 'no-device', client_name: 'No device', grant_types: ['refresh_token'] },
  {
    client_id: 'kiosk',
    client_name: 'With a secret',
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'a secret of the kiosk for its tests, 40 chars',
  },
  {
    client_id: 'api',
    client_name: 'The API',
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'a secret of the API for its tests, 40 chars',
  },
  {
    client_id: 'rotating',
    client_name: 'An API with two secrets',
    grant_types: [],
    client_secrets: [
      { secret: ROTATED.now },
      { secret: ROTATED.before, until: new Date(ROTATED.until).toISOString() },
    ],
  },
];

/** What a poll can meet. */
export const CODE_STATES = [
  'pending',
  'polled a moment ago',
  'approved',
  'denied',
  'expired',
  'consumed',
  'never issued',
] as const;
export type CodeState = (typeof CODE_STATES)[number];

export class TwoPaths {
  readonly protocol: TestProtocol;
  /** As devices reach it. */
  readonly fastPath: RawClient;
  /** The library alone. */
  readonly around: RawClient;
  readonly #library: LibraryAlone;
  readonly #browser: Session;
  readonly #device: DeviceClient;

  private constructor(protocol: TestProtocol, library: LibraryAlone, browser: Session) {
    this.protocol = protocol;
    this.fastPath = new RawClient(protocol.address);
    this.around = new RawClient(library.address);
    this.#library = library;
    this.#browser = browser;
    this.#device = new DeviceClient(protocol.issuer);
  }

  static async open(): Promise<TwoPaths> {
    const free = { free: 1e6, firstDelay: 1000, highestDelay: 1000, memory: 60_000 };
    const protocol = await testProtocol({
      clients: CLIENTS,
      // Long checks ask for as many devices, for as long.
      environment: { ACCESS_TOKEN_MINUTES: '60' },
      maxDevices: 1_000_000,
      limits: { UNKNOWN_CODE_NETWORK: free, UNKNOWN_CODE_ALL: free, PAGE_CODE_NETWORK: free },
    });
    const { browser } = await signedInOwner(protocol.stores);
    return new TwoPaths(protocol, await libraryAlone(protocol), browser);
  }

  async close(): Promise<void> {
    await this.#library.close();
    await this.protocol.close();
  }

  /** A new device code of the client `tv` in this state. */
  async codeIn(state: CodeState): Promise<string> {
    if (state === 'never issued') return randomId();
    if (state === 'approved' || state === 'consumed') {
      const { deviceCode } = await approvedCode(this.protocol, this.#browser);
      if (state === 'consumed') await this.#device.poll(deviceCode);
      return deviceCode;
    }
    const { deviceCode, userCode } = codesOf(await this.#device.authorize());
    if (state === 'polled a moment ago') await this.#device.poll(deviceCode);
    if (state === 'denied') await this.protocol.linking.deny(userCode);
    if (state === 'expired') await new StoredState(this.protocol.stores).expireCode(deviceCode);
    return deviceCode;
  }

  /** A code of the client `tv` whose owner has approved it, and the device that has it. */
  async approvedCode(): Promise<{ deviceCode: string; client: DeviceClient }> {
    const { deviceCode } = await approvedCode(this.protocol, this.#browser);
    return { deviceCode, client: this.#device };
  }

  /** A device of the client `tv` with tokens. */
  device(fields: Record<string, string> = {}): Promise<LinkedDevice> {
    return linkDevice(this.protocol, this.#browser, this.#device, fields);
  }

  /** How many answers the library gave to errors of the token endpoint while this ran. */
  async errorsOfTheLibrary(run: () => Promise<unknown>): Promise<number> {
    let count = 0;
    const listen = () => {
      count += 1;
    };
    this.protocol.provider.on('grant.error', listen);
    await run();
    this.protocol.provider.off('grant.error', listen);
    return count;
  }
}

/** The body of a poll (RFC 8628 section 3.4). */
export const pollOf = (deviceCode: string, clientId = 'tv') =>
  new URLSearchParams({
    grant_type: DEVICE_GRANT,
    device_code: deviceCode,
    client_id: clientId,
  }).toString();

/** What is the same in two answers to the same question: all but the time, and the values of tokens. */
export function comparable({ status, headers, body }: RawAnswer): unknown {
  const lines = headers.filter(([name]) => name.toLowerCase() !== 'date');
  const hasTokens = body.includes('"access_token"');
  if (!hasTokens) return { status, headers: lines, body };
  const names = { headers: lines.map(([name]) => name), body: Object.keys(JSON.parse(body) as object) };
  return { status, ...names };
}
