import { signedInOwner } from '../../test/support/test-stores.ts';
import { PageClient } from '../../test/web/page-client.ts';
import { APP, type StreamWorld } from './stream-world.ts';

const FIRST = { replaces: undefined, less: false, narrow: () => ({}) };
const BY = { by: 'operator' } as const;

/** An owner who lets the app in. */
export async function owner({ stores }: Pick<StreamWorld, 'stores'>) {
  const made = await signedInOwner(stores);
  const terms = { clientId: APP, granted: ['openid'], refused: [] };
  const written = await stores.consents.write(made.browser, terms, FIRST);
  if (written !== 'written') throw new Error(`the consent was ${written}`);
  return made;
}

/** What has happened, as a receiver is to hear it: kind of event, and whom it is about. */
export class EndedOwners {
  /** Is heard of by each stream. */
  readonly owed = new Set<string>();
  /** Of what was begun and not answered: says whether it has happened. */
  readonly #open: { readonly has: () => Promise<boolean>; readonly names: readonly string[] }[] = [];
  readonly #world: Pick<StreamWorld, 'stores' | 'installation'>;

  constructor(world: Pick<StreamWorld, 'stores' | 'installation'>) {
    this.#world = world;
  }

  /** One owner signs out of everything at the server's page, and the operator disables the account of another one. */
  async happen(): Promise<void> {
    await Promise.all([this.#ends(), this.#disables()]);
  }

  async #ends(): Promise<void> {
    const { stores, installation } = this.#world;
    const made = await owner(this.#world).catch(() => undefined);
    if (!made) return;
    const { accountId, browser } = made;
    const pages = new PageClient(installation.server.issuer);
    pages.cookies.set('latchkey_session', browser.sessionId);
    const page = '/account/security/compromised';
    const status = await pages.submit(page, page, {}).then(
      (answer) => answer.status,
      () => 0,
    );
    const has = async () => (await stores.browsers.resume(browser.sessionId)) === undefined;
    this.#note(status === 303, has, [`session-revoked ${accountId}`]);
  }

  async #disables(): Promise<void> {
    const { stores } = this.#world;
    const made = await owner(this.#world).catch(() => undefined);
    if (!made) return;
    const { accountId } = made;
    const done = await stores.accounts
      .setStatus(accountId, 'disabled', { kind: 'account-disabled', ...BY })
      .catch(() => undefined);
    const has = async () => (await stores.accounts.find(accountId))?.status === 'disabled';
    this.#note(done !== undefined, has, [`session-revoked ${accountId}`, `account-disabled ${accountId}`]);
  }

  #note(isDone: boolean, has: () => Promise<boolean>, names: readonly string[]): void {
    if (isDone) for (const name of names) this.owed.add(name);
    else this.#open.push({ has, names });
  }

  /** Looks what became of what was not answered; nothing of it is under way any more. */
  async settle(): Promise<void> {
    for (const { has, names } of this.#open.splice(0))
      if (await has()) for (const name of names) this.owed.add(name);
  }
}
