/** One client with something of every kind that a client is given, and what each of it still opens. */
import { SeededRandom } from '../../../checks/check.ts';
import type { AccountId } from '../../../src/accounts/account.ts';
import type { ConsentChange } from '../../../src/apps/consent-store.ts';
import { stampOf } from '../../../src/devices/client-state.ts';
import { randomId, signedInOwner, type TestStores } from '../../support/test-stores.ts';
import { newCode } from './code-states.ts';
import { appGrant } from './consents.ts';
import { newGrantId, TIME } from './grants.ts';
import { newKey } from './link-keys.ts';

const FIRST: ConsentChange = { replaces: undefined, less: false, narrow: (payload) => payload };
const AT_ONCE = 50;
const API = { clientId: 'api', audiences: [] as string[], general: true };

export class ClientInUse {
  readonly clientId: string;
  readonly accountId: AccountId;
  readonly grantId: string;
  readonly pending = newCode();
  readonly polled = newCode();
  token = '';
  key = newKey('' as AccountId);
  appGrantId = '';

  private constructor(clientId: string, accountId: AccountId) {
    this.clientId = clientId;
    this.accountId = accountId;
    this.grantId = newGrantId(accountId);
  }

  static async start(stores: TestStores, clientId = randomId()): Promise<ClientInUse> {
    const { browser } = await signedInOwner(stores);
    const made = new ClientInUse(clientId, browser.accountId);
    const stamp = stampOf(await stores.clientStates.current(), clientId);
    const payload = { clientId, ...stamp };
    await made.#beginDevice(stores, payload);
    for (const code of [made.pending, made.polled])
      await stores.deviceCodes.create({ ...code, clientId, payload });
    const terms = { ...payload, granted: ['openid'], refused: [] };
    await stores.consents.write(browser, terms, FIRST);
    const consent = await stores.consents.find(browser, clientId);
    if (!consent) throw new Error('no consent');
    made.appGrantId = newGrantId(browser.accountId);
    await stores.consents.begin(made.appGrantId, appGrant(consent, { clientId, payload }));
    made.key = newKey(browser.accountId, { clientId });
    await stores.linkKeys.make(browser, made.key, { kind: 'link-key-made', by: 'owner' });
    return made;
  }

  async #beginDevice({ grants, accessTokens }: TestStores, payload: object): Promise<void> {
    const { grantId, accountId, clientId } = this;
    await grants.write(grantId, { ...payload }, TIME);
    await grants.activate(grantId, { ...payload });
    await grants.addRefreshToken(grantId, { parent: undefined, generation: 0, name: 'a', value: 'a' });
    this.token = accessTokens.leadingTo(accountId, (randomId() + randomId()).slice(0, 43));
    const facts = { grantId, clientId, audience: undefined, generation: 0, issuedWith: undefined };
    await accessTokens.write(this.token, { grantId }, facts, 60_000);
  }

  /** Each decision, by what it is about: whether it is a yes. */
  async answers(stores: TestStores): Promise<Record<string, boolean>> {
    const { grants, accessTokens, consents, deviceCodes, linkKeys, linkedDevices } = stores;
    const owner = { accountId: this.accountId, epoch: 1 };
    const refreshToken = { name: 'a', place: 0 };
    const [device] = await linkedDevices.list(owner);
    const polled = await deviceCodes.poll(this.polled.deviceCode, this.clientId);
    const consent = await consents.find(owner, this.clientId);
    const [app] = await consents.list(owner);
    return {
      grant: (await grants.read(this.grantId)) !== undefined,
      refresh: (await grants.authorize(this.grantId, { generation: 0, refreshToken })) !== undefined,
      introspection: (await accessTokens.present(this.token, API))?.authority !== undefined,
      userinfo: (await accessTokens.present(this.token, 'anyone'))?.authority !== undefined,
      'grant of an app': (await grants.read(this.appGrantId)) !== undefined,
      consent: consent !== undefined && consent.endedAt === undefined,
      'row of an app': app !== undefined && app.endedAt === undefined,
      'row of a device': device !== undefined && device.endedAt === undefined,
      'user code': (await deviceCodes.findByUserCode(this.pending.userCode)) !== undefined,
      'device code': ((await deviceCodes.find(this.pending.deviceCode))?.left ?? 0) > 0,
      poll: polled !== undefined && polled.left > 0,
      'key of the owner': (await linkKeys.find(this.key)) !== undefined,
      'list of keys': (await linkKeys.list(owner)).length > 0,
    };
  }

  all(value: boolean): Record<string, boolean> {
    const names = [
      'grant',
      'refresh',
      'introspection',
      'userinfo',
      'grant of an app',
      'consent',
      'row of an app',
      'row of a device',
      'user code',
      'device code',
      'poll',
      'key of the owner',
      'list of keys',
    ];
    return Object.fromEntries(names.map((name) => [name, value]));
  }
}

/**
 * Random orders of what makes a client's device go on, against what the operator does: each step begins when the dice say
 * so, on one of two servers, and none waits for another.
 * @param open a server of the installation that has this prefix
 * @returns what was accepted after the operator's act although it began before
 */
export async function takeTurns(
  rounds: number,
  seed: number,
  open: (prefix: string) => Promise<TestStores>,
): Promise<string[]> {
  const random = new SeededRandom(seed);
  const accepted: string[] = [];
  for (let round = 0; round < rounds; round += AT_ONCE) {
    // Few clients for each installation: each act has all of them read anew.
    const prefix = `t${randomId()}:`;
    const [one, other] = [await open(prefix), await open(prefix)];
    const { accountId } = await signedInOwner(one);
    const some = Array.from({ length: AT_ONCE }, () => turn(random, accountId, [one, other]));
    accepted.push(...(await Promise.all(some)).flat());
  }
  return accepted;
}

async function turn(
  random: SeededRandom,
  accountId: AccountId,
  [one, other]: readonly [TestStores, TestStores],
): Promise<string[]> {
  const server = () => (random.whole(0, 1) === 0 ? one : other);
  const payload = { clientId: randomId() };
  const [linked, approved] = [newGrantId(accountId), newGrantId(accountId)];
  await one.grants.write(linked, payload, TIME);
  await one.grants.activate(linked, payload);
  await one.grants.addRefreshToken(linked, { parent: undefined, generation: 0, name: 'a', value: 'a' });
  const code = { ...newCode(), clientId: payload.clientId, payload };
  await one.deviceCodes.create(code);
  const act = random.whole(0, 1) === 0 ? 'disable' : 'delete';
  const refresh = async (name: string) => {
    const { grants } = server();
    const seen = await grants.authorize(linked, { generation: 0, refreshToken: { name: 'a', place: 0 } });
    if (!seen) return;
    const token = { parent: { name: 'a', place: 0 }, generation: 0, name, value: name, client: seen.payload };
    await grants.addRefreshToken(linked, token);
  };
  const approve = async () => {
    const { grants, deviceCodes } = server();
    const found = await deviceCodes.findByUserCode(code.userCode);
    if (!found) return;
    await grants.write(approved, found.payload, TIME);
    await deviceCodes.decide(code.deviceCode, 'approved', { ...found.payload, grantId: approved });
  };
  const redeem = async () => {
    const { grants, deviceCodes } = server();
    if ((await deviceCodes.consume(code.deviceCode)) === 'consumed') await grants.activate(approved, payload);
  };
  const steps = [
    () => refresh('b'),
    () => refresh('c'),
    approve,
    redeem,
    redeem,
    () => server().clientStates.act(payload.clientId, act),
  ];
  const order = steps.map((step) => ({ step, after: random.whole(0, 5) }));
  await Promise.all(
    order.map(async ({ step, after }) => {
      for (let turns = 0; turns < after; turns += 1) await new Promise(setImmediate);
      await step();
    }),
  );
  return stillAccepted(server(), { linked, approved, deviceCode: code.deviceCode, userCode: code.userCode });
}

interface Given {
  readonly linked: string;
  readonly approved: string;
  readonly deviceCode: string;
  readonly userCode: string;
}

async function stillAccepted({ grants, deviceCodes }: TestStores, given: Given): Promise<string[]> {
  const token = (name: string, place: number) =>
    grants.authorize(given.linked, { generation: 0, refreshToken: { name, place } });
  const code = await deviceCodes.find(given.deviceCode);
  const answers = {
    'former token': await token('a', 0),
    'new token': await token('b', 1),
    'another new token': await token('c', 1),
    'approved grant': await grants.activate(given.approved, {}),
    'its authority': await grants.read(given.approved),
    'user code': await deviceCodes.findByUserCode(given.userCode),
    'device code': code?.state !== 'consumed' && (code?.left ?? 0) > 0 ? code : undefined,
  };
  return Object.entries(answers).flatMap(([name, answer]) => (answer ? [name] : []));
}
