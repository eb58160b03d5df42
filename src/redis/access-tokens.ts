import {
  type AccessTokenFacts,
  type AccessTokenStore,
  type FoundAccessToken,
  LEADING_LENGTH,
  RANDOM_LENGTH,
  type TokenPresenter,
} from '../devices/access-token-store.ts';
import { type ClientEpochs, isActive } from '../devices/client-state.ts';
import type { Payload } from '../devices/payload.ts';
import {
  AUDIENCE,
  accessTokenRecord,
  CLIENT,
  KIND,
  placeOfAccessToken,
  saidBy,
} from './access-token-record.ts';
import { GatheredCalls } from './gathered-calls.ts';
import type { RedisGrants } from './grants.ts';
import { wholePayload } from './lean-payloads.ts';
import type { ScriptReply } from './scripts.ts';
import { type ClientContext, underAnyName } from './store-context.ts';

/** What hides the account in a token. */
const POINTER = 'account-of-token';
/** An account's id. */
const ID_BYTES = 16;

/**
 * The last 22 characters of a token are the account's id, under a pad that is the HMAC of all before: no two tokens have the
 * same. Nothing rests on it but where to look; the name in the slot is the HMAC of the whole.
 */
export class RedisAccessTokens implements AccessTokenStore {
  readonly #context: ClientContext;
  readonly #grants: Pick<RedisGrants, 'authorityOf'>;
  readonly #presented: GatheredCalls<'presentAccessToken'>;

  constructor(context: ClientContext, grants: Pick<RedisGrants, 'authorityOf'>) {
    this.#context = context;
    this.#grants = grants;
    this.#presented = new GatheredCalls(context.scripts, 'presentAccessToken');
  }

  leadingTo(accountId: string, random: string): string {
    const id = Buffer.from(accountId, 'base64url');
    const isWhole = id.length === ID_BYTES && id.toString('base64url') === accountId;
    if (!isWhole || random.length !== RANDOM_LENGTH) return random;
    return random + underPad(id, this.#context.keyring.mac(POINTER, random));
  }

  async write(id: string, payload: Payload, facts: AccessTokenFacts, lifetime: number): Promise<void> {
    const { key, args } = accessTokenRecord(this.#context, { id, payload, facts, lifetime });
    const written = [facts.issuedWith ?? '', ...args];
    await this.#context.scripts.change('writeAccessToken', { accessToken: key }, written);
  }

  async present(id: string, presenter: TokenPresenter): Promise<FoundAccessToken | undefined> {
    const { keyspace } = this.#context;
    return underAnyName(this.#places(id), async ([accountId, name]) => {
      const { account, grants, browsers } = keyspace.of(accountId);
      const keys = { account, grants, browsers, accessToken: this.#key(accountId, name) };
      const args = [this.#labels(presenter)];
      const asked = this.#presented.touch(() => ({ keys, args }));
      const [reply, epochs] = await Promise.all([asked, this.#context.clientStates.current()]);
      return mayAsk(presenter, epochs) ? this.#found(name, saidBy(id, accountId), reply, epochs) : undefined;
    });
  }

  async remove(id: string): Promise<void> {
    const keys = this.#places(id).map(([accountId, name]) => this.#key(accountId, name));
    await Promise.all(
      keys.map((key) => this.#context.scripts.write('removing a token', key, (redis) => redis.unlink(key))),
    );
  }

  #found(
    name: string,
    known: Payload,
    reply: ScriptReply,
    epochs: ClientEpochs,
  ): FoundAccessToken | undefined {
    if (!Array.isArray(reply)) return undefined;
    const [sealed, ...judged] = reply;
    const opened = this.#context.keyring.openAgain<Payload>(placeOfAccessToken(name), String(sealed));
    const payload = opened && wholePayload(opened, () => known);
    if (!payload || judged.length === 0) return payload && { payload };
    const authority = this.#grants.authorityOf(String(payload['grantId']), judged, epochs);
    return authority && { payload, authority };
  }

  /** Where a token may lie: more than one place only while a master secret is being rotated. */
  #places(id: string): [accountId: string, name: string][] {
    if (id.length !== LEADING_LENGTH) return [];
    const { keyring } = this.#context;
    const [random, pointer] = [id.slice(0, RANDOM_LENGTH), Buffer.from(id.slice(RANDOM_LENGTH), 'base64url')];
    if (pointer.length !== ID_BYTES) return [];
    const names = keyring.macs(KIND, id);
    return keyring.macs(POINTER, random).map((pad, index) => [underPad(pointer, pad), names[index] ?? '']);
  }

  #key(accountId: string, name: string): string {
    return this.#context.keyspace.of(accountId).accessToken(name);
  }

  /** Whose tokens are judged, as the script takes it. */
  #labels(presenter: TokenPresenter): string {
    if (presenter === 'anyone') return '*';
    const { keyring } = this.#context;
    const { clientId, audiences, general } = presenter;
    const labels = [
      ...(general ? ['general'] : []),
      ...audiences.flatMap((audience) => keyring.macs(AUDIENCE, audience)),
      ...(clientId === undefined ? [] : keyring.macs(CLIENT, clientId)),
    ];
    return `,${labels.join(',')},`;
  }
}

/** A client that was disabled hears of no token; a moment ago it may still have been let in. */
function mayAsk(presenter: TokenPresenter, epochs: ClientEpochs): boolean {
  return presenter === 'anyone' || presenter.clientId === undefined || isActive(epochs, presenter.clientId);
}

/** @param mac as the keyring makes them: the name of a master secret, a dot, and the HMAC */
function underPad(bytes: Buffer, mac: string): string {
  const padded = Buffer.from(mac.slice(mac.indexOf('.') + 1), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) padded[at] = (bytes[at] ?? 0) ^ (padded[at] ?? 0);
  return padded.toString('base64url', 0, bytes.length);
}
