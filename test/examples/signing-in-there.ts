/** Fills in whatever form a provider of the examples shows, until it sends the browser back. */
import { FORM } from '../support/http.ts';
import { type Page, PageClient } from '../web/page-client.ts';

/** @returns path and query at which the browser comes back to `issuer` */
export async function signInThere(issuer: string, address: string, login: string): Promise<string> {
  let url = new URL(address);
  const there = new PageClient(url.origin);
  let answer: Page = await there.get(url.pathname + url.search);
  for (let step = 0; step < 12; step += 1) {
    if (answer.location !== '') {
      url = new URL(answer.location, url);
      if (url.origin === issuer) return url.pathname + url.search;
      answer = await there.get(url.pathname + url.search);
      continue;
    }
    const prompt = answer.field('prompt');
    const form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'any' }) });
    answer = await there.send('POST', url.pathname, form.toString(), FORM);
  }
  throw new Error('the provider does not let go');
}
