/** After a restore: what the log names by a hash is found among what there is, and ends. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EndsReader } from '../../src/audit/logged-ends.ts';
import { SecurityLog } from '../../src/audit/security-log.ts';
import { openOwnAdminService } from '../../src/cli/operator/open.ts';
import { createLog } from '../../src/runtime/log.ts';
import type { AdminService } from '../../src/server/operator.ts';
import { fullOwner } from '../redis/contract/secret-rewriting.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const PLACE = { requestId: 'r1', address: '198.51.100.7' };

let server: WholeServer;
let admin: AdminService;
let [ends, security]: [EndsReader, SecurityLog] = [new EndsReader(0), undefined as never];
beforeAll(async () => {
  server = await startWholeServer({}, ['the-secret-of-this-server-0123456789abcdef']);
  const log = createLog('info', { write: (line) => ends.read(line) });
  security = new SecurityLog(log, server.stores.keyring);
  admin = await openOwnAdminService(server.environment, createLog('silent', { write: () => undefined }));
});
afterAll(async () => {
  await admin.close();
  await server.close();
});

async function replayed() {
  const done = await admin.replayEnds.run(ends, () => undefined);
  ends = new EndsReader(0);
  return done;
}

it('one second step, one app, the voice code; what else the account has goes on', async () => {
  const { stores } = server;
  const { accountId, grantId } = await fullOwner(stores);
  const owner = { accountId, epoch: 1 };
  const [factor] = await stores.factors.list(accountId);
  const [consent] = await stores.consents.list(owner);
  security.audit('factor-removed', PLACE, { account: accountId, factor: factor?.id });
  security.audit('app-removed', PLACE, { account: accountId, app: consent?.id });
  security.audit('voice-code-removed', PLACE, { account: accountId });
  expect(await replayed()).toMatchObject({ accounts: 1, things: 2, signedOut: 0, missing: 0, passwords: [] });
  const left = [await stores.factors.list(accountId), await stores.consents.list(owner)];
  expect([...left, await stores.voiceCodes.state(accountId)]).toEqual([[], [], undefined]);
  expect(await stores.grants.read(grantId)).toBeDefined();
  expect(await replayed()).toMatchObject({ accounts: 0, things: 0 });
});

it('an account with a former email admits nobody, and is named to the operator', async () => {
  const { browser } = await signedInOwner(server.stores);
  security.audit('email-changed', PLACE, { account: browser.accountId });
  security.audit('signed-out', PLACE, { account: 'of one that was made since' });
  const done = await replayed();
  expect(done).toMatchObject({ formerEmails: [browser.accountId], signedOut: 1, missing: 1 });
  const account = await server.stores.accounts.find(browser.accountId);
  expect([account?.status, account?.epoch]).toEqual(['disabled', 3]);
});

it('a request to remove the second step is over where its owner has signed in since', async () => {
  const { accountId } = await fullOwner(server.stores);
  const owner = { accountId, epoch: 1 };
  const event = { kind: 'recovery-asked', by: 'owner' } as const;
  await server.stores.recoveries.ask(owner, { wait: 60_000, open: 60_000 }, event);
  expect(await server.stores.recoveries.find(accountId)).toBeDefined();
  security.audit('signed-in', PLACE, { account: accountId });
  await replayed();
  expect(await server.stores.recoveries.find(accountId)).toBeUndefined();
});

it('a signing key that had ended signs no more; a secret that was replaced opens nothing', async () => {
  const { status } = await admin.keys.status();
  const kids = status.map(({ key }) => key.kid);
  const written = await admin.writer.create({
    client_id: 'photos',
    client_name: 'Photos',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: [],
    redirect_uris: [],
    response_types: [],
  });
  expect(written.outcome).not.toBe('refused');
  const digestOf = async () => (await admin.clients.find('photos'))?.stored?.secret;
  const before = await digestOf();
  security.auditKey('signing-key-ended', kids[0] ?? '');
  const line = { msg: 'security', time: new Date().toISOString(), client: 'photos', outcome: 'done' };
  ends.read(JSON.stringify({ ...line, event: 'operator-acted', command: 'clients rotate-secret' }));
  expect(await replayed()).toMatchObject({ keys: true, secrets: ['photos'] });
  const after = (await admin.keys.status()).status.map(({ key }) => key.kid);
  expect(after.filter((kid) => kids.includes(kid))).toEqual([]);
  expect(await digestOf()).not.toBe(before);
});

it('a provider that was unlinked signs its owner in no more', async () => {
  const { browser } = await signedInOwner(server.stores);
  const [owner, subject] = [
    { accountId: browser.accountId, epoch: 1 },
    { issuer: 'https://idp.example.com', subject: 'ada' },
  ];
  const link = { upstream: 'company', ...subject, email: undefined, since: 1 };
  const event = { kind: 'upstream-linked', by: 'owner' } as const;
  expect(await server.stores.upstreamLinks.link(owner, link, event)).toBe('linked');
  security.audit('upstream-unlinked', PLACE, { account: owner.accountId, reason: 'company' });
  await replayed();
  expect(await server.stores.upstreamLinks.list(owner.accountId)).toEqual([]);
});
