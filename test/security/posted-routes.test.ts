/** Every address that is posted to, by a visitor and by an owner: what it leads to has an address of its own. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { ageProof } from '../support/aged-proof.ts';
import { newBrowser } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';
import { OWNER_ACTIONS } from './owner-actions.ts';

/** What answers a POST itself, and why no reload of it does harm. */
const ANSWERS_ITSELF: Readonly<Record<string, string>> = {
  '/account/data/download': 'is a file: the browser stays on the page that it was asked for on',
  '/account/security/two-step/codes/download': 'is a file: the browser stays on the page with the codes',
};

/** Fields of many forms, each wrong in one of them at least. */
const WRONG = {
  name: '',
  email: 'no email',
  member_name: '',
  device_name: '',
  phone: '12',
  code: '12',
  voice_code: '1',
  currency: '',
  user_code: 'WDJB',
  password: '',
  decision: 'approve',
};

let server: WholeServer;
let accountId: AccountId;
beforeAll(async () => {
  server = await startWholeServer();
  const { email } = await server.signUp();
  accountId = (await server.stores.accounts.findByEmail(email))?.id as AccountId;
});
afterAll(() => server.close());

const WHO: Readonly<Record<string, () => Promise<PageClient>>> = {
  'a visitor': async () => server.visitor('203.0.113.7'),
  'an owner': async () => {
    const browser = newBrowser(accountId, 1);
    await server.stores.browsers.insert(browser, { idle: 7_200_000, absolute: 86_400_000 });
    const pages = server.visitor('203.0.113.8');
    pages.cookies.set('latchkey_session', browser.sessionId);
    return pages;
  },
};

/** What a person reads; tickets and challenges differ each time. */
const wordsOf = ({ text }: Page) => text.replace(/<[^>]*>/g, ' ').replace(/Reference \S+/g, '');

/** As browsers do it: on, as long as pages lead on. */
async function followed(pages: PageClient, to: string): Promise<Page> {
  let page = await pages.get(to);
  for (let hops = 0; page.status === 303 && hops < 5; hops += 1) page = await pages.get(page.location);
  return page;
}

describe('what is posted', () => {
  const routes = Object.keys(OWNER_ACTIONS);

  it('is all of the table of routes', () => {
    const posted = server.routes.filter(({ kind, method }) => kind === 'page' && method === 'POST');
    expect([...new Set(posted.map(({ path }) => path))].sort()).toEqual([...routes].sort());
    expect(routes).toEqual(expect.arrayContaining(Object.keys(ANSWERS_ITSELF)));
  });

  it.each(routes.flatMap((route) => Object.keys(WHO).map((who) => [route, who] as const)))(
    'to %s by %s leads to a page that a reload shows again, or is refused',
    async (route, who) => {
      const pages = await (WHO[who] as () => Promise<PageClient>)();
      const csrf = (await pages.get('/sign-in?again=yes')).field('csrf');
      const path = route.replace(/:\w+/g, 'A'.repeat(22));
      const answer = await pages.postAlone(path, { ...WRONG, csrf });
      if (route in ANSWERS_ITSELF && answer.status === 200) {
        expect(answer.headers['content-disposition']).toMatch(/^attachment/);
        return;
      }
      // Refused with an error page (`postAlone` takes no other), nothing was done: posting it again is what is wanted.
      if (answer.status !== 303) return expect([400, 403, 404, 429]).toContain(answer.status);
      expect(answer.headers['retry-after']).toBeUndefined();
      const first = await followed(pages, answer.location);
      const reloaded = await followed(pages, answer.location);
      expect([200, 400, 404, 429]).toContain(first.status);
      expect([reloaded.status, wordsOf(reloaded)]).toEqual([first.status, wordsOf(first)]);
    },
  );

  it.each(['€', 'a;b', 'x'.repeat(15_000)])(
    'with a ticket that no page of ours has made is answered with no cookie of it, and begins again',
    async (ticket) => {
      const { pages } = await server.signUp();
      const csrf = (await pages.get('/sign-in?again=yes')).field('csrf');
      for (const what of ['settings/email', 'security/password']) {
        const path = `/account/${what}/code`;
        const answer = await pages.postAlone(path, { csrf, ticket, code: '12' });
        expect([answer.status, [...pages.cookies.values()].includes(ticket)]).toEqual([303, false]);
        expect((await followed(pages, answer.location)).status).toBe(200);
      }
    },
  );

  it('says what is wrong on its own page, and not on the one that asks for a proof meanwhile', async () => {
    const { pages } = await server.signUp();
    const csrf = (await pages.get('/sign-in?again=yes')).field('csrf');
    const { location } = await pages.postAlone('/account/settings/email', { csrf, email: 'no email' });
    expect((await pages.get(location)).text).toContain('id="email-error"');
    await ageProof(server.stores, pages, 30);
    const asked = await pages.get(location);
    expect([asked.status, asked.text]).toEqual([200, expect.not.stringContaining('There is a problem')]);
    expect(asked.field('held')).not.toBe('');
  });
});
