/**
 * Device-code phishing in every case of networks, with the settings that a server has by itself: the owner is hurt by
 * a device of the attacker's that one click has linked. It must not be so but where the attacker is in the owner's own
 * network; and whatever they were talked into, the mail is there in 5 seconds and its button ends it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { request as httpRequest } from '../support/http.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { disputeLinkIn, mailedOwner } from '../support/mailed-owner.ts';
import {
  clientsFile,
  DeviceAt,
  giveEverything,
  isGood,
  PATIENT,
  type PhishedServer,
  press,
  startInProduction,
  WEBSITE,
} from '../support/phishing.ts';
import { startServer } from '../support/test-server.ts';
import { PageClient } from '../web/page-client.ts';

const OWNER = '198.51.100.7';
const METRICS_TOKEN = 'a token for those who read figures';

let sink: MailSink;
/** Behind one proxy that is named; behind one that is not; on a developer's machine, where nothing is set. */
let [named, unnamed, onADesk]: PhishedServer[] = [];
beforeAll(async () => {
  sink = await startMailSink();
  named = await startInProduction(sink, { TRUSTED_PROXIES: '127.0.0.1', METRICS_TOKEN });
  unnamed = await startInProduction(sink, { TRUSTED_PROXIES: 'none', METRICS_TOKEN });
  const unset = { SMTP_URL: sink.url, CLIENTS_FILE: await clientsFile(), METRICS_TOKEN };
  const server = await startServer({ ...unset, ...PATIENT });
  onADesk = { ...server, origin: server.issuer };
});
afterAll(async () => {
  await Promise.all([named, unnamed, onADesk].map((server) => server?.stop()));
  await sink.close();
});

function running(server: PhishedServer | undefined): PhishedServer {
  if (!server) throw new Error('the server does not run');
  return server;
}

const by = (address: string) => ({ 'x-forwarded-for': address });

/** An owner, and in their account one device of the same app that they linked themselves. */
async function ownerWithDevice(origin: string) {
  const owner = await mailedOwner(origin, sink, OWNER);
  const { userCode } = codesOf(
    await new DeviceAt(origin, by(OWNER)).authorize({ device_name: 'My own telly' }),
  );
  expect((await giveEverything(owner.browser, userCode)).location).toMatch(/^\/device\/waiting/);
  return owner;
}

/** From here on the attacker has a key, and the owner learns of it. */
async function takenBackByMail(origin: string, device: DeviceAt, deviceCode: string, words: string) {
  const stolen = tokensOf(await device.poll(deviceCode));
  expect(await isGood(origin, stolen.access_token)).toBe(true);
  const mail = await sink.arrives(({ text = '' }) => text.includes('/not-me/') && text.includes(words), 5000);
  const link = disputeLinkIn(mail);
  await new PageClient(origin).submit(link, link, {});
  expect(await isGood(origin, stolen.access_token)).toBe(false);
  expect(errorOf(await device.refresh(stolen.refresh_token))).toBe('invalid_grant');
}

let attacks = 0;

/** The attacker's device, with words that are found again in the mail about it. */
async function startOf(origin: string, headers: Record<string, string>, clientId = 'tv') {
  attacks += 1;
  const words = `Security check ${attacks}`;
  const device = new DeviceAt(origin, headers, clientId);
  return { device, words, codes: codesOf(await device.authorize({ device_name: words })) };
}

describe('an attacker who leads an owner to a code, by one click alone', () => {
  it('links from the owner’s own network, which is what remains; the mail ends it', async () => {
    const { origin } = running(named);
    const { browser } = await ownerWithDevice(origin);
    const { device, words, codes } = await startOf(origin, by('198.51.100.66'));
    const { page, answer } = await press(browser, codes.userCode);
    expect(page.text).toContain('The same network as this browser');
    expect(answer.location).toMatch(/^\/device\/waiting/);
    await takenBackByMail(origin, device, codes.deviceCode, words);
  });

  it.each([
    ['another network', () => named, by('192.0.2.66'), 'on a different network'],
    ['the other family of addresses', () => named, by('2001:db8:66::1'), 'can’t tell whether this'],
    ['a proxy that does not say who asks', () => named, {}, 'can’t tell whether this'],
    ['a second, unnamed proxy', () => named, by('203.0.113.5, 198.51.100.8'), 'can’t tell whether'],
    ['a carrier’s shared addresses', () => named, by('100.64.3.3'), 'can’t tell whether this'],
    ['behind an unnamed proxy', () => unnamed, by('192.0.2.66'), 'can’t tell whether this'],
    [
      'behind one that says so by another header',
      () => unnamed,
      { forwarded: 'for=192.0.2.66' },
      'can’t tell',
    ],
    ['behind one that says nothing at all', () => unnamed, {}, 'can’t tell whether this'],
    ['behind an unnamed one in development', () => onADesk, by('192.0.2.66'), 'can’t tell whether'],
  ] as const)(
    'does not link from %s; the mail ends what they talk the owner into',
    async (_case, server, headers, said) => {
      const { origin } = running(server());
      const { browser } = await ownerWithDevice(origin);
      const { device, words, codes } = await startOf(origin, headers);
      const { page, answer } = await press(browser, codes.userCode);
      expect(page.text).toContain(said);
      expect(page.text).toContain('Type the code that your');
      expect(page.text).not.toContain('The same network as this browser');
      expect(answer.status).toBe(400);
      expect(errorOf(await device.poll(codes.deviceCode))).toBe('authorization_pending');
      expect((await giveEverything(browser, codes.userCode)).location).toMatch(/^\/device\/waiting/);
      await takenBackByMail(origin, device, codes.deviceCode, words);
    },
  );

  it.each([
    ['an app’s own website', 'web-tv', WEBSITE],
    ['a site that an app lists', 'packaged-tv', WEBSITE],
    ['any site in a sandboxed frame', 'packaged-tv', 'null'],
    ['a file that was downloaded', 'packaged-tv', 'file://'],
  ] as const)(
    'nor the typed code links from the owner’s own network where a page made their browser ask: %s',
    async (_case, clientId, page) => {
      const { origin } = running(named);
      const { browser } = await ownerWithDevice(origin);
      const headers = { ...by(OWNER), origin: page };
      const { device, words, codes } = await startOf(origin, headers, clientId);
      const pressed = await press(browser, codes.userCode);
      expect(pressed.page.text).toContain('A web page asked for this.');
      expect(pressed.page.text).not.toContain('The same network as this browser');
      expect([pressed.answer.status, pressed.answer.text.includes('name="held"')]).toEqual([400, false]);
      const typed = await press(browser, codes.userCode, { user_code: codes.userCode });
      expect(typed.answer.text).toContain('name="held"');
      expect(errorOf(await device.poll(codes.deviceCode))).toBe('authorization_pending');
      expect((await giveEverything(browser, codes.userCode)).location).toMatch(/^\/device\/waiting/);
      await takenBackByMail(origin, device, codes.deviceCode, words);
    },
  );

  it('gets no code at all by a page that the app does not know', async () => {
    const { origin } = running(named);
    for (const page of ['https://win-a-prize.example', 'null', 'file://']) {
      const elsewhere = new DeviceAt(origin, { ...by(OWNER), origin: page }, 'web-tv');
      expect([page, (await elsewhere.authorize()).status]).toEqual([page, 400]);
    }
  });

  it('does not link in a burst: the sixth owner proves who they are; neighbours at home go on by a click', async () => {
    const { origin } = running(named);
    const place = '203.0.113.50';
    for (let victim = 0; victim < 5; victim += 1) {
      const { browser } = await mailedOwner(origin, sink, `198.51.${victim}.7`);
      const { codes } = await startOf(origin, by(place));
      const { answer } = await press(browser, codes.userCode, { user_code: codes.userCode });
      expect(answer.location).toMatch(/^\/device\/waiting/);
    }
    const { browser } = await mailedOwner(origin, sink, OWNER);
    const { device, words, codes } = await startOf(origin, by(place));
    const { page, answer } = await press(browser, codes.userCode);
    expect(page.text).toContain('what fraud looks like');
    expect([answer.status, answer.text.includes('name="held"')]).toEqual([400, false]);
    const typed = await press(browser, codes.userCode, { user_code: codes.userCode });
    expect(typed.answer.text).toContain('name="held"');
    expect(errorOf(await device.poll(codes.deviceCode))).toBe('authorization_pending');

    const neighbour = await mailedOwner(origin, sink, '203.0.113.9');
    const { userCode } = codesOf(await new DeviceAt(origin, by('203.0.113.9')).authorize());
    expect((await press(neighbour.browser, userCode)).answer.location).toMatch(/^\/device\/waiting/);

    expect((await giveEverything(browser, codes.userCode)).location).toMatch(/^\/device\/waiting/);
    await takenBackByMail(origin, device, codes.deviceCode, words);
  });
});

describe('an operator whose proxy is not named', () => {
  it.each([
    ['in production', () => unnamed],
    ['in development', () => onADesk],
  ])(
    'hears of it once a minute, with the remedy and without what a stranger wrote, and sees it counted: %s',
    async (_mode, which) => {
      const server = running(which());
      const read = async () => {
        const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
        const text = await (await httpRequest(`${server.origin}/metrics`, { headers })).text();
        return Number(/^latchkey_unnamed_proxy_requests_total (\d+)$/m.exec(text)?.[1]);
      };
      const before = await read();
      for (let request = 0; request < 5; request += 1)
        await httpRequest(`${server.origin}/healthz`, { headers: by('203.0.113.222') });
      expect(await read()).toBe(before + 5);
      const lines = () =>
        server
          .output()
          .split('\n')
          .filter((line) => line.includes('TRUSTED_PROXIES') && line.includes('"warn"'));
      // The log comes by a pipe: a line may be later than the answer that it is about.
      await eventually('the line about TRUSTED_PROXIES', () => lines().length > 0);
      const told = lines().map((line) => JSON.parse(line) as { time: string });
      expect(told[0]).toMatchObject({ level: 'warn', proxy: '127.0.0.1' });
      expect(server.output()).not.toContain('203.0.113.222');
      const times = told.map(({ time }) => Date.parse(time));
      for (const [index, time] of times.slice(1).entries())
        expect(time - (times[index] ?? 0)).toBeGreaterThan(59_000);
    },
  );

  it('hears of it where a proxy is named and does not say who asks: limits are shared by all', async () => {
    const server = running(named);
    await httpRequest(`${server.origin}/device`, { redirect: 'manual' });
    const words = 'does not say for whom it asks';
    const line = await eventually(words, () =>
      server
        .output()
        .split('\n')
        .find((text) => text.includes(words)),
    );
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', proxy: '127.0.0.1' });
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    const text = await (await httpRequest(`${server.origin}/metrics`, { headers })).text();
    expect(text).toMatch(/^latchkey_silent_proxy_requests_total [1-9]/m);
  });
});
