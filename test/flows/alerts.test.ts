/** A device that a stranger linked: its owner hears of it by mail, and takes it back from there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { disputeLinkIn, isTo, MAILED_OWNER_PASSWORD, mailedOwner } from '../support/mailed-owner.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { PageClient } from '../web/page-client.ts';

const API = `Basic ${btoa('example-api:for-development-only-never-for-production')}`;

let sink: MailSink;
let server: TestServer;
beforeAll(async () => {
  sink = await startMailSink();
  server = await startServer({ SMTP_URL: sink.url });
});
afterAll(async () => {
  await server.stop();
  await sink.close();
});

const newOwner = () => mailedOwner(server.issuer, sink);

async function linkDevice(browser: PageClient, client: DeviceClient, name: string) {
  const codes = codesOf(await client.authorize({ device_name: name }));
  const confirm = await browser.submit('/device', '/device', { user_code: codes.userCode });
  const fields = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), decision: 'approve' };
  expect((await browser.post('/device/confirm', fields)).location).toMatch(/^\/device\/waiting/);
  return tokensOf(await client.poll(codes.deviceCode));
}

const isActive = async (client: DeviceClient, token: string) =>
  (await client.post('/token/introspection', { token }, { authorization: API })).body['active'];

describe('“It wasn’t me”', () => {
  it('in the mail about a new device ends that device and the codes that were entered, without signing in', async () => {
    const { email, browser } = await newOwner();
    const client = new DeviceClient(server.issuer, 'demo-device');
    const kept = await linkDevice(browser, client, 'Kitchen speaker');
    const stolen = await linkDevice(browser, client, 'Living room TV');
    const [entered, neighbours] = [codesOf(await client.authorize()), codesOf(await client.authorize())];
    await browser.submit('/device', '/device', { user_code: entered.userCode });
    const isAlert = isTo(email, /^A device was linked/);
    const mail = await sink.arrives(
      (one) => isAlert(one) && one.text?.includes('“Living room TV”') === true,
      5000,
    );
    const link = disputeLinkIn(mail, '“Living room TV”');

    const scanner = new PageClient(server.issuer);
    for (let looks = 0; looks < 3; looks += 1) expect((await scanner.get(link)).status).toBe(200);
    expect((await scanner.send('HEAD', link)).status).toBe(200);
    expect(await isActive(client, stolen.access_token)).toBe(true);

    const anywhere = new PageClient(server.issuer);
    const page = await anywhere.get(link);
    expect(page.text).toContain('Living room TV');
    expect((await anywhere.post(link, {})).status).toBe(403);
    const done = await anywhere.post(link, { csrf: page.field('csrf') });
    expect([done.status, done.text.includes('That device is signed out of your account.')]).toEqual([
      200,
      true,
    ]);

    expect(await isActive(client, stolen.access_token)).toBe(false);
    expect(errorOf(await client.refresh(stolen.refresh_token))).toBe('invalid_grant');
    expect(await isActive(client, kept.access_token)).toBe(true);
    expect(errorOf(await client.poll(entered.deviceCode))).toBe('access_denied');
    expect(errorOf(await client.poll(neighbours.deviceCode))).toBe('authorization_pending');
    expect((await anywhere.post(link, { csrf: page.field('csrf') })).status).toBe(404);
    expect((await anywhere.get(link)).status).toBe(404);
  });

  it('about a browser signs that browser out; what happened stands on the page of recent activity', async () => {
    const { email, browser } = await newOwner();
    const stranger = new PageClient(server.issuer);
    await stranger.submit('/sign-in', '/sign-in', { email, password: MAILED_OWNER_PASSWORD });
    expect((await stranger.get('/account')).status).toBe(200);
    const link = disputeLinkIn(await sink.arrives(isTo(email, /^Signed in with a browser/)));
    await new PageClient(server.issuer).submit(link, link, {});
    expect((await stranger.get('/account')).location).toMatch(/^\/sign-in/);
    const page = await browser.get('/account/activity');
    expect(page.status).toBe(200);
    const titles = [...page.text.matchAll(/activity-title"><bdi[^>]*>([^<]*)</g)].map(([, title]) => title);
    expect(titles.slice(0, 2)).toEqual(['Signed out of a browser', 'Signed in with a browser (2 times)']);
    const devices = await browser.get('/account/activity?show=devices');
    expect(devices.text).toContain('Nothing of this kind has happened');
  });

  it('about a browser that has since ended all others ends it, too, and says beforehand that everything ends', async () => {
    const { email } = await newOwner();
    const stranger = new PageClient(server.issuer);
    await stranger.submit('/sign-in', '/sign-in', { email, password: MAILED_OWNER_PASSWORD });
    const link = disputeLinkIn(await sink.arrives(isTo(email, /^Signed in with a browser/)));
    const compromised = '/account/security/compromised';
    const kept = await stranger.submit(compromised, compromised, { keep: 'yes' });
    expect(kept.location).toMatch(/^\/signed-out-everything/);
    expect((await stranger.get('/account')).status).toBe(200);
    const anywhere = new PageClient(server.issuer);
    expect((await anywhere.get(link)).text).toContain(
      'All your devices, browsers and apps are signed out at once',
    );
    const done = await anywhere.submit(link, link, {});
    expect(done.text).toContain('All devices, browsers and apps are signed out.');
    expect((await stranger.get('/account')).location).toMatch(/^\/sign-in/);
  });

  it('does nothing with a ticket that a stranger made up, altered, or took from elsewhere', async () => {
    const { email, browser } = await newOwner();
    await linkDevice(browser, new DeviceClient(server.issuer, 'demo-device'), 'TV');
    const link = disputeLinkIn(await sink.arrives(isTo(email, /^A device was linked/)));
    const flipped = link.at(-3) === 'A' ? 'B' : 'A';
    const altered = `${link.slice(0, -3)}${flipped}${link.slice(-2)}`;
    for (const path of [altered, '/not-me/x', `/not-me/${'x'.repeat(3000)}`, '/not-me/%00']) {
      const page = await new PageClient(server.issuer).get(path);
      expect([path, page.status]).toEqual([path, 404]);
    }
  });
});
