import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import { signedInOwner } from '../../test/support/test-stores.ts';
import { PageClient } from '../../test/web/page-client.ts';
import type { WebhookWorld } from './webhook-world.ts';

/** What has happened, as a receiver is to hear it: type, and whom it is about. */
export class Happenings {
  /** Hears of these, once each. */
  readonly owed = new Set<string>();
  /** Sign-outs that were asked for and not answered: they are owed where they have happened. */
  readonly #open: { readonly accountId: AccountId; readonly browser: Session }[] = [];
  readonly #world: WebhookWorld;

  constructor(world: WebhookWorld) {
    this.#world = world;
  }

  /** An account is created, its owner signs out at the server's page, and the operator ends a client. */
  async happen(): Promise<void> {
    const { stores, installation } = this.#world;
    const { accountId, browser } = await signedInOwner(stores);
    this.owed.add(`account.created ${accountId}`);
    const pages = new PageClient(installation.server.issuer);
    pages.cookies.set('latchkey_session', browser.sessionId);
    const client = `client-${accountId}`;
    await stores.clientStates.act(client, 'disable');
    this.owed.add(`client.disabled ${client}`);
    const status = await pages.submit('/account', '/sign-out', {}).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 303) this.owed.add(`session.ended ${accountId}`);
    else this.#open.push({ accountId, browser });
  }

  /** Looks what became of those that the server has not answered. */
  async settle(): Promise<void> {
    const { browsers } = this.#world.stores;
    for (const { accountId, browser } of this.#open.splice(0))
      if (!(await browsers.resume(browser.sessionId))) this.owed.add(`session.ended ${accountId}`);
  }
}
