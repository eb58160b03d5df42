import { type InitialToken, type InitialTokenStore, MAX_INITIAL_TOKENS } from '../apps/initial-tokens.ts';
import type { StoreContext } from './store-context.ts';

/** What stands in the field of one, as JSON. */
interface Kept {
  readonly digest: string;
  readonly left: number;
  readonly until: number;
  /** Its name, sealed. */
  readonly name: string;
}

/** A hash in the slot of the places that they give: a use is spent in the same step. */
export class RedisInitialTokens implements InitialTokenStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async add(
    token: { id: string; name: string; digest: string; uses: number },
    lifetime: number,
  ): Promise<boolean> {
    const { id, digest, uses } = token;
    const name = this.#context.keyring.seal(placeOfInitialToken(id), token.name);
    const kept = JSON.stringify({ digest, left: uses, name });
    const args = [lifetime, id, kept, MAX_INITIAL_TOKENS];
    return (await this.#context.scripts.change('addInitialToken', { tokens: this.#key }, args)) === 1;
  }

  async list(): Promise<InitialToken[]> {
    const [now, rows] = await this.#context.scripts.plain('listing initial tokens', (redis) =>
      Promise.all([redis.time(), redis.hgetall(this.#key)]),
    );
    const at = Number(now[0]) * 1000;
    return Object.entries(rows).flatMap(([id, text]) => {
      const { left, until, name } = JSON.parse(text) as Kept;
      const shown = this.#context.keyring.open<string>(placeOfInitialToken(id), name) ?? '';
      return left > 0 && until > at ? [{ id, name: shown, left, until }] : [];
    });
  }

  async end(id: string): Promise<void> {
    await this.#context.scripts.write('ending an initial token', this.#key, (redis) =>
      redis.hdel(this.#key, id),
    );
  }

  get #key(): string {
    return this.#context.keyspace.clients('tokens');
  }
}

export const placeOfInitialToken = (id: string) => `initial-token:${id}`;
