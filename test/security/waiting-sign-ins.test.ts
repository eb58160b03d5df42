/** What one account can make the store hold by beginning sign-ins for apps that it never ends. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

let server: WholeServer;
let notes: TestApp;
beforeAll(async () => {
  server = await startWholeServer({ WAITING_SIGN_INS_PER_NETWORK: '8' });
  notes = await TestApp.notes(server);
});
afterAll(() => server.close());

const begin = async (pages: PageClient) => {
  const { url } = await notes.begin({ prompt: 'login' });
  return pages.get(url.pathname + url.search);
};

it('a signed-in account begins so many at once and no more, which holds up nobody else', async () => {
  const [owner, neighbour] = [(await server.signUp()).pages, (await server.signUp()).pages];
  const answers: string[] = [];
  for (let count = 0; count < 12; count += 1) answers.push((await begin(owner)).location);
  expect(answers[0]).toMatch(/^\/interaction\//);
  expect(answers.at(-1)).toMatch(/^https:\/\/notes\.example\.com\/.*error=temporarily_unavailable/);
  expect((await begin(neighbour)).location).toMatch(/^\/interaction\//);
  expect((await begin(server.visitor())).location).toMatch(/^\/interaction\//);
});

it('one that goes on gives its place back', async () => {
  const { pages } = await server.signUp();
  for (let count = 0; count < 20; count += 1) {
    const { url } = await notes.begin({ prompt: 'consent' });
    const { location } = await pages.get(url.pathname + url.search);
    const page = await pages.get(location);
    const answer = await pages.post(location, { csrf: page.field('csrf'), decision: 'deny' });
    expect((await pages.get(answer.onward)).location).toContain('error=access_denied');
  }
});
