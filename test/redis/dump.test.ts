import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import type { NewFactor, Standing } from '../../src/mfa/factor.ts';
import { Agent, TestApp } from '../support/app.ts';
import { RADIO } from '../support/companion-device.ts';
import { CompanionOwner } from '../support/companion-owner.ts';
import { DeviceClient } from '../support/device-client.ts';
import { RACK } from '../support/link-key-owner.ts';
import { shows } from '../support/spellings.ts';
import { API_CLIENTS, apiBasic, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, randomId } from '../support/test-stores.ts';
import { markedTrail } from './admin-changes.ts';
import { registerMarked } from './client-changes.ts';
import { newApp, newPasskey, newPhone } from './contract/factors.ts';
import { contentsUnder, kindOf } from './keyspace-contents.ts';
import { KINDS } from './kinds-of-keys.ts';
import { machineInDump } from './machine-in-dump.ts';
import { streamInDump } from './signal-changes.ts';

/** Acts at an API in its own name. */
const SERVICE = {
  ...API_CLIENTS[0],
  client_id: 'service',
  grant_types: ['client_credentials'],
  own_access: { [PHOTOS]: ['photos.read'] },
};
const CLIENTS = [...TEST_CLIENTS, ...API_CLIENTS, SERVICE, RADIO, RACK];

/** Invariant 7: a thief who has stolen a dump of Redis holds no code, token, session id, password or name. */
describe('a dump of Redis', () => {
  const secrets = new Map<string, string>();
  let protocol: TestProtocol;
  let dump: string;
  let kinds: Set<string>;

  const mark = (what: string, value = `${what}-${randomId()}`) => {
    secrets.set(`${what} #${secrets.size}`, value);
    return value;
  };

  beforeAll(async () => {
    protocol = await testProtocol({ clients: CLIENTS, resources: TEST_RESOURCES, isHeard: true });
    for (const owner of ['stays', 'signs out of everything']) await fill(owner);
    const contents = await contentsUnder(protocol.stores.connection.redis, protocol.stores.prefix);
    dump = JSON.stringify(contents);
    kinds = new Set(Object.keys(contents).map((key) => kindOf(key.slice(protocol.stores.prefix.length))));
  });
  afterAll(() => protocol.close());

  async function fill(owner: string): Promise<void> {
    const accountId = randomId() as AccountId;
    const browser = await signIn(accountId);
    await linkDevices(browser);
    await nameThings(browser);
    await setUpByApp(browser);
    await machineInDump(protocol, browser, mark);
    await connectApp(browser);
    await writeSmallThings();
    await addFactors({ accountId, epoch: 1 });
    await linkUpstream({ accountId, epoch: 1 });
    if (owner !== 'stays') await protocol.stores.accounts.signOutEverything(accountId);
  }

  async function connectApp(browser: Session): Promise<void> {
    const app = await TestApp.notes(protocol);
    const [state, nonce] = [mark('state of an app'), mark('nonce of an app')];
    const scope = 'openid email offline_access';
    const attempt = await app.begin({ scope, prompt: 'consent', state, nonce });
    const answer = await app.authorize(new Agent(browser), attempt);
    mark('authorization code', answer.searchParams.get('code') ?? '');
    mark('code verifier', attempt.verifier);
    const tokens = await app.redeem(answer, { ...attempt, state, nonce });
    mark('access token of an app', tokens.access_token);
    mark('refresh token of an app', tokens.refresh_token);
    mark('redirect address', app.redirectUri);
    await app.begin().then(({ url }) => new Agent(browser).get(url));
  }

  async function signIn(accountId: AccountId): Promise<Session> {
    const { accounts, browsers } = protocol.stores;
    const profile = {
      name: mark('owner name'),
      email: `${mark('email').toLowerCase()}@example.org`,
      emailVerified: true,
      createdAt: Date.now(),
    };
    mark('email, whole', profile.email);
    await accounts.create(accountId, profile, { passwordHash: mark('password hash') });
    const first = newBrowser(accountId, 1);
    const browser = { ...first, sessionId: mark('session id'), userAgent: mark('user agent') };
    await browsers.insert(browser, { idle: 3_600_000, absolute: 86_400_000 });
    const session = await protocol.provider.Session.find(browser.sessionId);
    session?.sidFor('tv', mark('sid'));
    await session?.save(3600);
    const found = await browsers.resume(browser.sessionId);
    if (!found) throw new Error('not signed in');
    return found;
  }

  async function linkDevices(browser: Session): Promise<void> {
    const device = new DeviceClient(protocol.issuer);
    const start = async () => {
      const { body } = await device.authorize({
        device_name: mark('device name'),
        device_model: mark('device model'),
        nonce: mark('nonce'),
      });
      mark('user code as shown', String(body['user_code']));
      return {
        deviceCode: mark('device code', String(body['device_code'])),
        userCode: mark('user code', String(body['user_code']).replace('-', '')),
      };
    };
    const [, denied, approved, redeemed] = [await start(), await start(), await start(), await start()];
    await protocol.linking.deny(denied.userCode);
    await protocol.linking.approve(approved.userCode, browser);
    await protocol.linking.approve(redeemed.userCode, browser);
    let answer = await device.poll(redeemed.deviceCode);
    for (let round = 0; round < 11; round += 1) {
      const { access_token: access, refresh_token: refresh } = answer.body;
      mark('access token', String(access));
      mark('refresh token', String(refresh));
      // The last rounds ask again with one token, so that successors stand, and the newest goes out again.
      answer = await device.refresh(secrets.get('first of many') ?? String(refresh));
      if (round === 1) secrets.set('first of many', String(answer.body['refresh_token']));
    }
    expect(answer.status).toBe(200);
  }

  async function setUpByApp(browser: Session): Promise<void> {
    const owner = CompanionOwner.as(protocol, browser);
    const radio = owner.radio();
    const words = () => ({ device_name: mark('pushed name'), device_model: mark('pushed model') });
    const waiting = await radio.push(words());
    mark('waiting pushed request', String(waiting.body['request_uri']).split(':').pop());
    const { body } = await radio.redeem(mark('code of a device', await owner.codeFor(radio, words())));
    mark('access token of such a device', String(body['access_token']));
    mark('refresh token of such a device', String(body['refresh_token']));
    mark('verifier of a device', radio.verifier);
    mark('state of a device', radio.state);
  }

  async function addFactors(owner: Standing): Promise<void> {
    const { factors, trustedBrowsers } = protocol.stores;
    const event = { kind: 'factor-added', by: 'owner' } as const;
    const marked = [
      { ...newApp(), seed: mark('seed'), name: mark('name of an app') },
      { ...newPasskey(0), credentialId: mark('credential'), publicKey: mark('public key') },
      { ...newPhone(), number: mark('phone number') },
    ] as NewFactor[];
    for (const factor of marked) expect(await factors.add(owner, factor, event)).toBe('added');
    const browser = { address: mark('address'), userAgent: mark('user agent') };
    const proved = { ...owner, factor: marked[0]?.id ?? '' };
    await trustedBrowsers.trust(proved, mark('cookie of a trusted browser'), browser, 60_000, event);
  }

  async function linkUpstream(owner: Standing): Promise<void> {
    const { upstreamLinks, upstreamSessions, records } = protocol.stores;
    const event = { kind: 'upstream-linked', by: 'owner' } as const;
    const link = {
      upstream: 'corp',
      issuer: `https://${mark('issuer of a provider').toLowerCase()}.example`,
      subject: mark('subject at a provider'),
      email: mark('email at a provider'),
      since: 1,
    };
    mark('issuer of a provider, whole', link.issuer);
    expect(await upstreamLinks.link(owner, link, event)).toBe('linked');
    await upstreamSessions.remember(link.issuer, mark('sid at a provider'), owner.accountId, 60_000);
    await records.claim('UpstreamLogout', mark('jti of a logout token'), 60_000);
    await records.claim('UpstreamState', mark('state that came back'), 60_000);
  }

  async function nameThings({ accountId, epoch }: Session): Promise<void> {
    const { household, linkedDevices } = protocol.stores;
    const owner = { accountId, epoch };
    const event = { kind: 'device-renamed', by: 'owner' } as const;
    const [device] = await linkedDevices.list(owner);
    await linkedDevices.rename(owner, device?.id ?? '', mark('name by the owner'), event);
    const member = { id: randomId(), name: mark('member of the household') };
    await household.add(owner, member, 1, event);
    await linkedDevices.assign(owner, device?.id ?? '', member.id, event);
  }

  async function writeSmallThings(): Promise<void> {
    const service = new DeviceClient(protocol.issuer, SERVICE.client_id, apiBasic(SERVICE.client_id));
    const { body } = await service.post('/token', { grant_type: 'client_credentials' });
    mark('access token of a client', String(body['access_token']));
    const { attempts, installationSecrets, mailedCodes, records } = protocol.stores;
    const pace = { free: 1, firstDelay: 1000, highestDelay: 1000, memory: 60_000 };
    await attempts.take(mark('counter of an email'), pace);
    await markedTrail(protocol.stores, mark);
    await attempts.takeShare(mark('counter of all'), mark('network of a guess'), pace);
    await mailedCodes.write('sign-up', mark('ticket'), {
      code: mark('mailed code'),
      payload: { form: mark('form') },
      lifetime: 60_000,
    });
    await mailedCodes.spend('sign-up', randomId(), mark('wrong code'), 5);
    await records.write('Interaction', mark('interaction'), { uid: mark('interaction uid') }, 60_000);
    await registerMarked(protocol, mark);
    await protocol.stores.clientStates.act(mark('client that the operator ended'), 'end');
    await queueNotices();
    await installationSecrets.readOrMake('signing-keys', async () => ({ d: mark('private key') }));
    const visitor = new protocol.provider.Session();
    Object.assign(visitor, { state: { secret: mark('state of a visitor') } });
    await visitor.save(60);
    mark('visitor', visitor.jti);
    mark('visitor uid', visitor.uid);
  }

  async function queueNotices(): Promise<void> {
    const { appEnds, noticeQueues, receiverStates, webhookQueues } = protocol.stores;
    const [receiver] = appEnds.namesOf('notes');
    const add = () =>
      noticeQueues.add(receiver, {
        accountId: randomId(),
        end: '1-0.0',
        body: { sid: mark('sid of a notice') },
      });
    await add();
    const heard = await noticeQueues.take(receiver);
    if (heard) await noticeQueues.end(receiver, heard);
    await add();
    const body = { type: 'ping', at: 1, data: { account: mark('data of a webhook') } } as const;
    await webhookQueues.add('webhook.maker', { accountId: randomId(), end: '1-0', body });
    const untaken = await webhookQueues.take('webhook.maker');
    if (untaken) await webhookQueues.deadLetter('webhook.maker', untaken, '410');
    await receiverStates.note('maker', 'taken', '', 1);
    await streamInDump(protocol.stores, mark);
  }

  it('holds every kind of key that the stores write', () => {
    expect([...kinds].sort()).toEqual(KINDS);
  });

  it('shows none of the secrets that went into it, in any common spelling', () => {
    expect(secrets.size).toBeGreaterThan(80);
    const shown = [...secrets].filter(([, value]) => shows(dump, value));
    expect(shown.map(([what]) => what)).toEqual([]);
  });
});
