/** What has been deregistered at one process is dead at another from the reply on: there is no window. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { freePort } from '../support/free-port.ts';
import { codesOf, type DeviceCodes, tokensOf } from '../support/linked-device.ts';
import { RawClient } from '../support/raw-client.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const DEVICES = 50;
const QUESTIONS_EACH = 200;
/** Of the questions about one device, how many are under way at once. */
const AT_ONCE = 8;

let here: WholeServer;
let there: TestServer;
/** Of the other process. */
let port: string;
let pages: PageClient;

beforeAll(async () => {
  here = await startWholeServer({}, [SERVER_SECRET]);
  port = `${await freePort()}`;
  there = await startServer({ ...here.environment, PORT: port });
  pages = (await here.signUp(here.visitor('127.0.0.1'))).pages;
});
afterAll(async () => {
  await there?.stop();
  await here?.close();
});

async function link(device: DeviceClient, { userCode, deviceCode }: DeviceCodes): Promise<string> {
  const page = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  return tokensOf(await device.poll(deviceCode)).access_token;
}

/** As an API asks, by a client that takes a quarter of the time of `fetch`: there are 10,000 of these questions. */
async function isActiveElsewhere(token: string): Promise<boolean> {
  const asking = new RawClient(`http://127.0.0.1:${port}`);
  const form = `${new URLSearchParams({ token })}`;
  const { status, body } = await asking.post('/token/introspection', form, { authorization: API_BASIC });
  if (status !== 200) throw new Error(`the question was answered with ${status}`);
  return (JSON.parse(body) as { active: boolean }).active;
}

/** The address of the only device in the list. */
async function onlyDevice(): Promise<string> {
  const [path = ''] = /\/account\/devices\/[\w-]{22}/.exec((await pages.get('/account/devices')).text) ?? [];
  return path;
}

describe('a device that has been deregistered', () => {
  it(`is inactive in each of ${DEVICES * QUESTIONS_EACH} questions that another process is asked after the reply`, async () => {
    const device = new DeviceClient(here.issuer);
    let [asked, active, activeBefore] = [0, 0, 0];
    for (let round = 0; round < DEVICES; round += 1) {
      const token = await link(device, codesOf(await device.authorize({ device_name: `Device ${round}` })));
      if (await isActiveElsewhere(token)) activeBefore += 1;
      const path = `${await onlyDevice()}/remove`;
      const csrf = (await pages.get(path)).field('csrf');
      expect((await pages.post(path, { csrf })).status).toBe(303);
      const askers = Array.from({ length: AT_ONCE }, async () => {
        for (let n = 0; n < QUESTIONS_EACH / AT_ONCE; n += 1) {
          asked += 1;
          if (await isActiveElsewhere(token)) active += 1;
        }
      });
      await Promise.all(askers);
    }
    expect({ asked, active, activeBefore }).toEqual({
      asked: DEVICES * QUESTIONS_EACH,
      active: 0,
      activeBefore: DEVICES,
    });
  });
});
