/** Servers are replaced one after the other: meanwhile two versions are asked in turn, on one store, and either may be the last that stays. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { freePort } from '../support/free-port.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { launchServer, SERVER_SECRET, type TestServer, untilReady } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, TEST_CLIENTS_FILE } from '../support/whole-server.ts';
import { PageClient } from '../web/page-client.ts';
import { type FormerVersion, formerVersion, isInHistory } from './former-version.ts';

/** UPGRADING.md has both. Servers from the one on run beside this version; it is to be the last release, once there is one. */
const FORMER = '200b3d2';
/** Its servers are all stopped before one of this version starts. */
const OLDER = '18173ee';

const [FIRST, BEFORE, AFTER] = ['an older version', 'the former version', 'this version'] as const;
type Version = typeof FIRST | typeof BEFORE | typeof AFTER;

(isInHistory(OLDER) ? describe : describe.skip)('beside a former version (git history)', () => {
  const versions: FormerVersion[] = [];
  let mail: MailSink;
  const servers = new Map<Version, TestServer>();
  const at = (version: Version): TestServer => {
    const server = servers.get(version);
    if (!server) throw new Error(`${version} does not run`);
    return server;
  };
  const device = (version: Version) => new DeviceClient(at(version).address);

  const start = async (version: Version, environment: Record<string, string>, commit?: string) => {
    const former = commit === undefined ? undefined : formerVersion(commit);
    if (former) versions.push(former);
    servers.set(version, await launchServer(environment, former?.command));
    await untilReady(at(version));
  };
  const stop = async (version: Version) => {
    expect(await at(version).stop()).toBe(0);
    servers.delete(version);
  };

  let left: { email: string; tokens: Tokens };
  beforeAll(async () => {
    mail = await startMailSink();
    const port = `${await freePort()}`;
    const environment = {
      REDIS_PREFIX: `t${randomId()}:`,
      ISSUER: `http://127.0.0.1:${port}`,
      LATCHKEY_SECRET: SERVER_SECRET,
      CLIENTS_FILE: TEST_CLIENTS_FILE,
      SMTP_URL: mail.url,
      REDIS_TIMEOUT_MS: '10000',
      SIGN_UP: 'open',
    };
    await start(FIRST, environment, OLDER);
    const { pages, email } = await signUp(FIRST);
    left = { email, tokens: await link(pages, FIRST, FIRST) };
    await stop(FIRST);
    await start(BEFORE, { ...environment, PORT: port }, FORMER);
    await start(AFTER, environment);
  });
  afterAll(async () => {
    for (const server of servers.values()) await server.stop('SIGKILL');
    await mail?.close();
    for (const one of versions) one.remove();
  });

  /** One browser, whichever server its requests come to. */
  function browser() {
    const { cookies } = new PageClient('');
    return (version: Version) => Object.assign(new PageClient(at(version).address), { cookies });
  }
  type Browser = ReturnType<typeof browser>;

  async function signUp(version: Version): Promise<{ pages: Browser; email: string }> {
    const [pages, email] = [browser(), `${randomId().toLowerCase()}@example.org`];
    const form = { name: 'Ada', email, password: PASSWORD };
    const confirm = await pages(version).submit('/sign-up', '/sign-up', form);
    const { text = '' } = await mail.arrives(({ to }) => [to].flat().some((one) => one?.text === email));
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? '';
    const fields = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), code };
    expect((await pages(version).post('/sign-up/confirm', fields)).status).toBe(303);
    return { pages, email };
  }

  /** The device asks one version, its owner approves at the other, and the device polls the first. */
  async function link(pages: Browser, asked: Version, approved: Version) {
    const { deviceCode, userCode } = codesOf(await device(asked).authorize());
    const confirm = await pages(approved).submit('/device', '/device', { user_code: userCode });
    const fields = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), decision: 'approve' };
    await pages(approved).post('/device/confirm', fields);
    const answer = await device(asked).poll(deviceCode);
    expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    return tokensOf(answer);
  }

  async function refresh(version: Version, token: string) {
    const answer = await device(version).refresh(token);
    expect([version, answer.status, answer.body]).toEqual([version, 200, expect.anything()]);
    return tokensOf(answer);
  }

  async function signsIn(version: Version, email: string): Promise<void> {
    const form = { email, password: PASSWORD };
    const { status, location } = await browser()(version).submit('/sign-in', '/sign-in', form);
    expect([version, status, location]).toEqual([version, 303, expect.stringContaining('/account')]);
  }

  it('what an older version has left is served', async () => {
    await signsIn(AFTER, left.email);
    expect(await device(AFTER).isActive(left.tokens.access_token)).toBe(true);
    const next = await refresh(AFTER, left.tokens.refresh_token);
    await refresh(BEFORE, next.refresh_token);
  });

  describe.each([
    [BEFORE, AFTER],
    [AFTER, BEFORE],
  ])('what began at %s', (one, other) => {
    it('goes on at the other: an account, a code, tokens, and back again', async () => {
      const { pages, email } = await signUp(one);
      expect((await pages(other).get('/account')).status).toBe(200);
      await signsIn(other, email);
      let tokens = await link(pages, one, other);
      for (const version of [other, one, other]) {
        expect(await device(version).isActive(tokens.access_token)).toBe(true);
        tokens = await refresh(version, tokens.refresh_token);
      }
      expect(await device(one).isActive(tokens.access_token)).toBe(true);
    });

    it('has ended at both when one of them has ended it', async () => {
      const { pages } = await signUp(one);
      const [kept, ended] = [await link(pages, one, other), await link(pages, other, one)];
      await device(other).revoke(ended.refresh_token);
      for (const version of [one, other]) {
        expect((await device(version).refresh(ended.refresh_token)).status).toBe(400);
        expect(await device(version).isActive(kept.access_token)).toBe(true);
      }
      await pages(other).submit('/account', '/sign-out', {});
      expect((await pages(one).get('/account')).status).toBe(303);
    });
  });

  it('one step back: what this version has written is served by the former one alone', async () => {
    const { pages, email } = await signUp(AFTER);
    const tokens = await link(pages, AFTER, AFTER);
    await stop(AFTER);
    await signsIn(BEFORE, email);
    await refresh(BEFORE, tokens.refresh_token);
  });
});
