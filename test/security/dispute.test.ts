/** “It wasn’t me”, for every kind of event: it takes back what its mail names, says just that, and touches no neighbour. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REMEDIES, type Remedy } from '../../src/alerts/remedies.ts';
import { EVENT_KINDS, type EventKind } from '../../src/events/event.ts';
import { type DeviceCodes, errorOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { MAKE, NEW_PASSWORD } from './dispute-events.ts';
import { DisputeWorld, type Victim } from './dispute-world.ts';

let world: DisputeWorld;
let neighbour: Victim;
beforeAll(async () => {
  world = await DisputeWorld.start();
  neighbour = await world.victim();
});
afterAll(() => world.close());

/** What a reader of the page must find there, before and after, in words of this test. */
const SAYS: Readonly<Record<Remedy, readonly [ask: RegExp, done: RegExp]>> = {
  nothing: [/nothing to take back/, /never/],
  browser: [/That browser is signed out at once\. If a device/, /That browser is signed out\./],
  'trusted-browser': [/asked for codes again\. If a device/, /is asked for codes again/],
  device: [
    /This device is signed out of your account at once/,
    /That device is signed out of your account\./,
  ],
  app: [/This app loses its access/, /no access to your account any more/],
  'link-key': [/key stops working at once, and the devices/, /no device that it linked has a key/],
  recovery: [/request is cancelled at once/, /two-step verification stays as it is/],
  factor: [/removed from two-step verification at once.*all your devices/s, /It is removed from two-step/],
  'backup-codes': [/other backup codes stop working.*all your devices/s, /backup codes do not work any more/],
  password: [
    /password that was set stops working.*all your devices/s,
    /does not work any more\. Choose a new one/,
  ],
  email: [/gets the email of this mail back.*all your devices/s, /has its email back/],
  'voice-code': [/voice code is removed at once.*all your devices/s, /voice code is removed/],
  'voice-limits': [
    /Nothing may be bought by voice any more.*all your devices/s,
    /Nothing may be bought by voice/,
  ],
  alerts: [/told of everything again.*all your devices/s, /told of everything again/],
  upstream: [/unlinked at once.*all your devices/s, /It is unlinked/],
  closing: [/stays open, and nothing of it is deleted.*all your devices/s, /stays open/],
  everything: [
    /All your devices, browsers and apps are signed out at once/,
    /All devices, browsers and apps are signed out/,
  ],
};

/** The red button says what it does: taking back is not what ends everything. */
function buttonOf(remedy: Remedy): string {
  const alone = /^(browser|trusted-browser|device|app|link-key|recovery)$/.test(remedy);
  if (alone) return 'It wasn’t me: take it back';
  return remedy === 'everything'
    ? 'It wasn’t me: sign out everywhere'
    : 'It wasn’t me: take it back and sign out everywhere';
}

/** What is left of an account. */
async function standing({ accountId, email, owner, thief, kept, stolen }: Victim) {
  const { stores } = world.server;
  const isIn = async (sessionId: string) => (await stores.browsers.resume(sessionId)) !== undefined;
  const account = await stores.accounts.find(accountId);
  return {
    email: account?.profile.email === email,
    found: (await stores.accounts.findByEmail(email))?.id === accountId,
    owner: await isIn(owner.sessionId),
    thief: await isIn(thief.sessionId),
    kept: await world.device.isActive(kept.access_token),
    stolen: stolen !== undefined && (await world.device.isActive(stolen.access_token)),
    factors: (await stores.factors.list(accountId)).map(({ kind }) => kind),
    trusted: (await stores.trustedBrowsers.list(accountId)).length,
    voiceCode: (await stores.voiceCodes.state(accountId)) !== undefined,
    voiceLimits: (await stores.voicePurchases.state(accountId)) !== undefined,
    waiting: Object.values(await new StoredState(stores).grants(accountId)).filter((one) => one === 'waiting')
      .length,
    recovery: (await stores.recoveries.find(accountId)) !== undefined,
    links: (await stores.upstreamLinks.list(accountId)).length,
    closes: (await stores.closings.closesAt(accountId)) !== undefined,
    alerts: (account?.profile.unwantedAlerts ?? []).length,
    keys: account ? (await stores.linkKeys.list({ accountId, epoch: account.epoch })).length : 0,
    apps: account ? (await stores.consents.list({ accountId, epoch: account.epoch })).length : 0,
  };
}
type Standing = Awaited<ReturnType<typeof standing>>;

const NOBODY_IN = {
  owner: false,
  thief: false,
  kept: false,
  stolen: false,
  trusted: 0,
  apps: 0,
  keys: 0,
  recovery: false,
};

/** What is different afterwards; all else is as it was before. */
function after(kind: EventKind, before: Standing, remedy: Remedy): Standing {
  const changes: Readonly<Record<Remedy, Partial<Standing>>> = {
    nothing: {},
    browser: { thief: false },
    'trusted-browser': { thief: false, trusted: 0 },
    device: kind === 'voice-code-locked' ? { kept: false } : { stolen: false },
    app: { apps: 0 },
    'link-key': { stolen: false, keys: 0 },
    recovery: { recovery: false },
    factor: { ...NOBODY_IN, factors: [] },
    'backup-codes': { ...NOBODY_IN, factors: ['totp'] },
    password: NOBODY_IN,
    email: { ...NOBODY_IN, email: true, found: true },
    'voice-code': { ...NOBODY_IN, voiceCode: false },
    'voice-limits': { ...NOBODY_IN, voiceLimits: false },
    alerts: { ...NOBODY_IN, alerts: 0 },
    upstream: { ...NOBODY_IN, links: 0 },
    closing: { ...NOBODY_IN, closes: false },
    everything: NOBODY_IN,
  };
  return { ...before, waiting: 0, ...changes[remedy] };
}

/** Codes that wait in the house of all of them: entered by the owner, by the neighbour, by none. */
async function waitingCodes({ network, entered, approved }: Victim) {
  const [theirs, nobodys] = [await world.code(network), await world.code(network)];
  await world.enter(neighbour.owner, network, theirs);
  const errors = async (codes: readonly DeviceCodes[]) =>
    Promise.all(codes.map(async ({ deviceCode }) => errorOf(await world.device.poll(deviceCode))));
  return async () => {
    const [own, key, neighbours, free] = await errors([entered, approved, theirs, nobodys]);
    return { entered: own, approved: key, neighbours, nobodys: free };
  };
}

const ONLY_THE_OWNERS = {
  entered: 'access_denied',
  approved: 'invalid_grant',
  neighbours: 'authorization_pending',
  nobodys: 'authorization_pending',
};

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, '’')
    .replace(/\s+/g, ' ');

describe('“It wasn’t me” for every kind of event', () => {
  it.each(EVENT_KINDS)('%s: what the page names is taken back, and nothing of others', async (kind) => {
    const victim = await world.victim();
    await MAKE[kind](world, victim);
    const link = await world.button(victim.accountId, kind, kind === 'email-changed' ? 'former' : undefined);
    const remedy = REMEDIES[kind];
    const codes = await waitingCodes(victim);
    const before = await standing(victim);
    const untouched = await world.server.stores.accounts.find(neighbour.accountId);
    const neighbours = await world.slotOf(neighbour.accountId);

    const pages = world.server.visitor(`${victim.network}.77`);
    const asked = await pages.get(link);
    expect([asked.status, textOf(asked.text)]).toEqual([200, expect.stringMatching(SAYS[remedy][0])]);
    expect(await standing(victim)).toEqual(before);
    // What has ended everything so far has ended the key of the approved code, too.
    expect(before.waiting).toBe(before.owner || kind === 'signed-out-others' ? 1 : 0);
    if (remedy === 'nothing') {
      expect(asked.text).not.toContain('<form class="wide"');
      expect(asked.text).toContain('href="/forgot-password"');
      await pages.post(link, { csrf: asked.field('csrf') });
      expect(await standing(victim)).toEqual(before);
    } else {
      expect(textOf(asked.text)).toContain(` ${buttonOf(remedy)} `);
      const done = await pages.post(link, { csrf: asked.field('csrf') });
      expect([done.status, textOf(done.text)]).toEqual([200, expect.stringMatching(SAYS[remedy][1])]);
      expect(done.text).toContain('href="/forgot-password"');
      expect(await standing(victim)).toEqual(after(kind, before, remedy));
      expect(await codes()).toEqual(ONLY_THE_OWNERS);
      expect((await pages.get(link)).status).toBe(404);
    }
    expect(await world.slotOf(neighbour.accountId)).toEqual(neighbours);
    expect(await world.server.stores.accounts.find(neighbour.accountId)).toEqual(untouched);
    if (remedy === 'password') {
      const { email } = victim;
      const form = { email, password: NEW_PASSWORD };
      expect((await world.server.visitor().submit('/sign-in', '/sign-in', form)).status).toBe(400);
    }
  });
});
