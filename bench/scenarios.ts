/** What is measured: what devices and apps ask of the server all day, and what owners do at the pages now and then. */
import { PASSWORD } from './approval.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { Answer, Step } from './load.ts';
import { run, type Target } from './load.ts';
import { atOnce } from './options.ts';
import type { Side } from './side.ts';

const DEVICES_PER_WORKER = 4;
const CLIENT = 'demo-device';
/** Its clients file says that it reads no second ID token; plain cannot be told so. */
const READS_NO_SECOND_ID_TOKEN = 'living-room-tv';
/** Its devices are linked and taken back. */
const ENDED = 'demo-server';
const SESSION = 'latchkey_session';
const COMPROMISED = '/account/security/compromised';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const API = `Basic ${Buffer.from('example-api:for-development-only-never-for-production').toString('base64')}`;

export interface Scenario {
  name: string;
  /** The servers that are asked it. */
  kinds: readonly Kind[];
  /** It takes so long that only one of so many requests is made. */
  oneOf?: number;
  /** Makes what `count` requests need, outside of the measured time. */
  prepare(side: Side, count: number): Promise<Step>;
}

const LIBRARY: readonly Kind[] = ['latchkey', 'plain', 'memory'];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'pending poll',
    kinds: KINDS,
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
    kinds: KINDS,
    prepare: async (side) => async () => void (await authorize(side)),
  },
  {
    name: 'refresh',
    kinds: LIBRARY,
    prepare: (side) => refreshing(side, CLIENT),
  },
  {
    name: 'refresh, no ID token',
    kinds: LIBRARY,
    prepare: (side) => refreshing(side, READS_NO_SECOND_ID_TOKEN),
  },
  {
    name: 'introspection, live',
    kinds: LIBRARY,
    prepare: async (side) => {
      const devices = await linkedDevices(side);
      return async (index, worker) => introspect(side, pick(devices, index, worker).accessToken, true);
    },
  },
  {
    name: 'introspection, dead',
    kinds: LIBRARY,
    // Its device was taken back; plain forgets the token, Latchkey the grant.
    prepare: async (side) => {
      const dead = (await linkedDevices(side, ENDED)).map(({ accessToken }) => accessToken);
      for (const { refreshToken: token } of await linkedDevices(side, ENDED))
        await side.target.post('/token/revocation', { token, client_id: ENDED });
      return async (index) => introspect(side, String(dead[index % dead.length]), false);
    },
  },
  {
    name: 'userinfo',
    kinds: LIBRARY,
    prepare: async (side) => {
      const devices = await linkedDevices(side);
      return async (index, worker) => {
        const { accessToken } = pick(devices, index, worker);
        const answer = await side.target.get('/me', { authorization: `Bearer ${accessToken}` });
        expect(answer, typeof answer.body['sub'] === 'string');
      };
    },
  },
  // From here on owners are told of what is done, by mails that run into what comes after.
  {
    name: 'link',
    kinds: LIBRARY,
    // The poll that brings the tokens: each code is redeemed once.
    async prepare(side, count) {
      const codes: string[] = [];
      while (codes.length < count) {
        const { deviceCode, userCode } = await authorize(side);
        await side.approve(userCode);
        codes.push(deviceCode);
      }
      return async (index) => keepTokens(newDevice(), await poll(side, String(codes[index])));
    },
    oneOf: 4,
  },
  {
    name: 'sign-in',
    kinds: ['latchkey'],
    // Each owner once, with the hash of the password.
    prepare: async ({ target, people }, count) => {
      const emails: string[] = [];
      while (emails.length < count) emails.push(String(await people?.withPassword()));
      const form = await formAt(target, '/sign-in');
      return async (index) => {
        const fields = { ...form.fields, email: String(emails[index]), password: PASSWORD };
        const answer = await target.post('/sign-in', fields, { cookie: form.cookie });
        expect(answer, answer.status === 303 && answer.cookies.some((one) => one.includes(SESSION)));
      };
    },
    oneOf: 20,
  },
  {
    name: 'sign out of everything',
    kinds: ['latchkey'],
    prepare: async ({ target, people }, count) => {
      const forms: Form[] = [];
      while (forms.length < count)
        forms.push(await formAt(target, COMPROMISED, `${SESSION}=${await people?.signedIn()}`));
      return async (index) => {
        const { fields, cookie } = forms[index] as Form;
        const answer = await target.post(COMPROMISED, fields, { cookie });
        expect(answer, answer.status === 303);
      };
    },
    oneOf: 4,
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
    const isExpected = side.kind !== 'latchkey' || client === CLIENT;
    expect(answer, isExpected === (typeof answer.body['id_token'] === 'string'));
  };
}

function pick(devices: readonly Device[], index: number, worker: number): Device {
  const turn = Math.floor(index / atOnce) % DEVICES_PER_WORKER;
  return devices[worker * DEVICES_PER_WORKER + turn] as Device;
}

async function introspect({ target }: Side, token: string, active: boolean): Promise<void> {
  const answer = await target.post('/token/introspection', { token }, { authorization: API });
  expect(answer, answer.body['active'] === active);
}

interface Form {
  /** What has to come back with it. */
  fields: { csrf: string };
  cookie: string;
}

/** Opens a page for its form, as a browser with this cookie does. */
async function formAt(target: Target, path: string, cookie = ''): Promise<Form> {
  const { body, cookies } = await target.get(path, cookie ? { cookie } : {});
  const csrf = /name="csrf" value="([^"]+)"/.exec(String(body['text']))?.[1] ?? '';
  if (!csrf) throw new Error(`${path} has no form`);
  const given = cookies.map((one) => one.split(';', 1)[0]);
  return { fields: { csrf }, cookie: [cookie, ...given].filter(Boolean).join('; ') };
}

/** Devices of all clients are linked once for each side and then used by every round: so owners are waited for once. */
async function linkedDevices(side: Side, client = CLIENT): Promise<readonly Device[]> {
  if (side.devices.size === 0) {
    for (const one of [CLIENT, READS_NO_SECOND_ID_TOKEN, ENDED]) side.devices.set(one, await link(side, one));
    await side.settle();
  }
  return side.devices.get(client) ?? [];
}

async function link(side: Side, client: string): Promise<Device[]> {
  const devices: Device[] = [];
  while (devices.length < atOnce * DEVICES_PER_WORKER) {
    const { deviceCode, userCode } = await authorize(side, client);
    await side.approve(userCode);
    const device = newDevice();
    keepTokens(device, await poll(side, deviceCode, client));
    devices.push(device);
  }
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

const newDevice = (): Device => ({ refreshToken: '', accessToken: '' });

function keepTokens(device: Device, answer: Answer): void {
  const { access_token: accessToken, refresh_token: refreshToken } = answer.body;
  expect(answer, typeof accessToken === 'string' && typeof refreshToken === 'string');
  device.accessToken = String(accessToken);
  device.refreshToken = String(refreshToken);
}

function expect(answer: Answer, condition: boolean): void {
  if (!condition) throw new Error(`unexpected answer ${answer.status} ${JSON.stringify(answer.body)}`);
}
