/** Answers that go to an app as a form (OAuth 2.0 Form Post Response Mode), on a page of ours. */
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Worded } from '../words/worded.ts';
import { nameOf } from './client-names.ts';

type Fields = Readonly<Record<string, string>>;

/** Where answers go by way of the browser. */
const TO_APPS: ReadonlySet<string> = new Set(['authorization', 'resume']);

/** What the browser carries to an app. */
export interface FormPost {
  /** A registered address of the app. */
  readonly action: string;
  readonly appName: Worded;
  readonly fields: Fields;
}

/**
 * The library's own page needs a script in it, which no page here may have. It says what it answers in events; where
 * it has shown an error instead, there is nothing to send.
 */
export class FormPosts {
  readonly #answers = new WeakMap<object, Fields>();
  readonly #show: (ctx: KoaContextWithOIDC, post: FormPost) => unknown;

  /** @param show writes the page */
  constructor(show: (ctx: KoaContextWithOIDC, post: FormPost) => unknown) {
    this.#show = show;
  }

  watch(provider: Provider): void {
    const failed = (ctx: KoaContextWithOIDC, error: Error) => {
      const { message, expose, error_description } = error as Error & {
        expose?: boolean;
        error_description?: string;
      };
      const told = expose ? { error: message, error_description } : { error: 'server_error' };
      this.#answers.set(ctx, textsIn({ ...told, state: paramsOf(ctx)['state'], iss: provider.issuer }));
    };
    provider.on('authorization.success', (ctx, answer) => this.#answers.set(ctx, textsIn(answer ?? {})));
    provider.on('authorization.error', failed);
    provider.on('server_error', failed);
    provider.use((ctx, next) => this.#answer(ctx as KoaContextWithOIDC, next));
  }

  /** The answer has become a page that tells of an error. */
  forget(ctx: KoaContextWithOIDC): void {
    this.#answers.delete(ctx);
  }

  async #answer(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
    await next();
    const fields = this.#answers.get(ctx);
    const { client, route = '' } = ctx.oidc ?? {};
    if (!fields || !client || !TO_APPS.has(route)) return;
    const params = paramsOf(ctx);
    if (params['response_mode'] !== 'form_post') return;
    await this.#show(ctx, { action: String(params['redirect_uri']), appName: nameOf(client), fields });
  }
}

/** Where the store fails at once, the library answers by the address alone. */
function paramsOf({ oidc, query }: KoaContextWithOIDC): Record<string, unknown> {
  return oidc.params ?? query;
}

function textsIn(answer: object): Fields {
  return Object.fromEntries(
    Object.entries(answer).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
