/** What is measured: the four things that devices and apps ask of the server all day. */
import type { Answer, Step } from './load.ts';
import { run } from './load.ts';
import { atOnce } from './options.ts';
import type { Side } from './side.ts';

const DEVICES_PER_WORKER = 4;
const CLIENT = 'demo-device';
/** Its clients file says that it reads no second ID token; plain cannot be told so. */
const READS_NO_SECOND_ID_TOKEN = 'living-room-tv';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const API = `Basic ${Buffer.from('example-api:for-development-only-never-for-production').toString('base64')}`;

export interface Scenario {
  name: string;
  /** Makes what `count` requests need, outside of the measured time. */
  prepare(side: Side, count: number): Promise<Step>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'pending poll',
    // Each code is polled once, since a second poll within 5 s is told to slow down by one of the two.
    async prepare(side, count) {
      const codes: string[] = [];
      await run(async () => void codes.push((await authorize(side)).deviceCode), count, atOnce);
      return async (index) => {
        const answer = await poll(side, String(codes[index]));
        expect(answer, answer.body['error'] === 'authorization_pending');
      };
    },
  },
  {
    name: 'device authorization',
    prepare: async (side) => async () => void (await authorize(side)),
  },
  {
    name: 'refresh',
    prepare: (side) => refreshing(side, CLIENT),
  },
  {
    name: 'refresh, no ID token',
    prepare: (side) => refreshing(side, READS_NO_SECOND_ID_TOKEN),
  },
  {
    name: 'introspection',
    prepare: async (side) => {
      const devices = await linkedDevices(side);
      return async (index, worker) => {
        const { accessToken: token } = pick(devices, index, worker);
        const answer = await side.target.post('/token/introspection', { token }, { authorization: API });
        expect(answer, answer.body['active'] === true);
      };
    },
  },
];

export interface Device {
  refreshToken: string;
  accessToken: string;
}

/** The chain of one device goes on from round to round; no device is refreshed twice at once. */
async function refreshing(side: Side, client: string): Promise<Step> {
  const devices = await linkedDevices(side, client);
  return async (index, worker) => {
    const device = pick(devices, index, worker);
    const form = { client_id: client, grant_type: 'refresh_token', refresh_token: device.refreshToken };
    const answer = await side.target.post('/token', form);
    keepTokens(device, answer);
    const isExpected = side.kind === 'plain' || client === CLIENT;
    expect(answer, isExpected === (typeof answer.body['id_token'] === 'string'));
  };
}

function pick(devices: readonly Device[], index: number, worker: number): Device {
  const turn = Math.floor(index / atOnce) % DEVICES_PER_WORKER;
  return devices[worker * DEVICES_PER_WORKER + turn] as Device;
}

/** Devices are linked once for each side and then used by every round. */
async function linkedDevices(side: Side, client = CLIENT): Promise<readonly Device[]> {
  const known = side.devices.get(client);
  if (known) return known;
  const devices: Device[] = [];
  while (devices.length < atOnce * DEVICES_PER_WORKER) {
    const { deviceCode, userCode } = await authorize(side, client);
    await side.approve(userCode);
    const device = { refreshToken: '', accessToken: '' };
    keepTokens(device, await poll(side, deviceCode, client));
    devices.push(device);
  }
  await side.settle();
  side.devices.set(client, devices);
  return devices;
}

async function authorize(side: Side, client = CLIENT): Promise<{ deviceCode: string; userCode: string }> {
  const scope = 'openid profile email offline_access';
  const answer = await side.target.post('/device/auth', { client_id: client, scope });
  expect(answer, answer.status === 200);
  const { device_code: deviceCode, user_code: userCode } = answer.body;
  return { deviceCode: String(deviceCode), userCode: String(userCode).replace('-', '') };
}

function poll(side: Side, code: string, client = CLIENT): Promise<Answer> {
  return side.target.post('/token', { client_id: client, grant_type: DEVICE_GRANT, device_code: code });
}

function keepTokens(device: Device, answer: Answer): void {
  const { access_token: accessToken, refresh_token: refreshToken } = answer.body;
  expect(answer, typeof accessToken === 'string' && typeof refreshToken === 'string');
  device.accessToken = String(accessToken);
  device.refreshToken = String(refreshToken);
}

function expect(answer: Answer, condition: boolean): void {
  if (!condition) throw new Error(`unexpected answer ${answer.status} ${JSON.stringify(answer.body)}`);
}
