/** Devices of the servers under test: those that wait for their owners, and those that are linked. */
import type { Answer } from './answer-reader.ts';
import { type Load, run } from './load.ts';
import { atOnce } from './options.ts';
import type { Side } from './side.ts';

const DEVICES_PER_WORKER = 4;
export const CLIENT = 'demo-device';
/** Its clients file says that it reads no second ID token; plain cannot be told so. */
export const READS_NO_SECOND_ID_TOKEN = 'living-room-tv';
/** Its devices are linked and taken back. */
export const ENDED = 'demo-server';
const SCOPE = 'openid profile email offline_access';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Milliseconds from one poll of a code to its next: more than the interval that devices are told. */
export const REST = 6000;
/** Milliseconds for which a code is used: half of its life. */
const FRESH = 300_000;

export interface Device {
  refreshToken: string;
  accessToken: string;
}

/** What a device that waits for its owner sends again and again. */
export interface PendingCode {
  readonly poll: Buffer;
  readonly made: number;
  /** When it was answered last. */
  polled: number;
}

/** Codes that may be polled now, as many as are asked for: those that have rested, and new ones. */
export async function pendingCodes(side: Side, count: number): Promise<readonly PendingCode[]> {
  const now = performance.now();
  forgetOld(side);
  const rested = side.codes.filter(({ polled }) => polled < now - REST).slice(0, count);
  return [...rested, ...(await newCodes(side, count - rested.length))];
}

/** Has so many codes wait at the server, or more: what is asked then is polls alone, as of a fleet that is there. */
export async function haveCodes(side: Side, count: number): Promise<void> {
  forgetOld(side);
  await newCodes(side, Math.max(count - side.codes.length, 0));
}

function forgetOld(side: Side): void {
  const now = performance.now();
  side.codes = side.codes.filter(({ made }) => made > now - FRESH);
}

async function newCodes(side: Side, count: number): Promise<readonly PendingCode[]> {
  const fresh: PendingCode[] = [];
  const heard = (answer: Answer) => {
    const code = answer.field('device_code');
    expect(answer, code !== '');
    fresh.push({ poll: pollOf(side, code), made: performance.now(), polled: -Infinity });
  };
  await run(side.target, { ...authorizations(side), heard }, count, atOnce);
  side.codes = [...side.codes, ...fresh];
  return fresh;
}

/** Each asks for a code of its own. */
export function authorizations({ target }: Side, client = CLIENT): Load {
  const request = target.form('/device/auth', { client_id: client, scope: SCOPE });
  return { request: () => request, heard: (answer) => expect(answer, answer.status === 200) };
}

/** A code, and what its owner types, which is allowed. */
export async function approvedCode(side: Side, client = CLIENT): Promise<string> {
  const answer = await side.target.post('/device/auth', { client_id: client, scope: SCOPE });
  expect(answer, answer.status === 200);
  await side.approve(answer.field('user_code').replace('-', ''));
  return answer.field('device_code');
}

export function pollOf({ target }: Side, code: string, client = CLIENT): Buffer {
  return target.form('/token', { client_id: client, grant_type: DEVICE_GRANT, device_code: code });
}

/** Devices of all clients are linked once for each side and then used by every round: so owners are waited for once. */
export async function linkedDevices(side: Side, client = CLIENT): Promise<readonly Device[]> {
  if (side.devices.size === 0) {
    for (const one of [CLIENT, READS_NO_SECOND_ID_TOKEN, ENDED]) side.devices.set(one, await link(side, one));
    await side.settle();
  }
  return side.devices.get(client) ?? [];
}

async function link(side: Side, client: string): Promise<Device[]> {
  const devices: Device[] = [];
  while (devices.length < atOnce * DEVICES_PER_WORKER) {
    const poll = pollOf(side, await approvedCode(side, client), client);
    const device = newDevice();
    keepTokens(device, await side.target.answer(poll));
    devices.push(device);
  }
  return devices;
}

export function pick(devices: readonly Device[], index: number, worker: number): Device {
  const turn = Math.floor(index / atOnce) % DEVICES_PER_WORKER;
  return devices[worker * DEVICES_PER_WORKER + turn] as Device;
}

export const newDevice = (): Device => ({ refreshToken: '', accessToken: '' });

export function keepTokens(device: Device, answer: Answer): void {
  device.accessToken = answer.field('access_token');
  device.refreshToken = answer.field('refresh_token');
  expect(answer, device.accessToken !== '' && device.refreshToken !== '');
}

export function expect(answer: Answer, condition: boolean): void {
  if (!condition) throw new Error(`unexpected answer ${answer.status} ${answer.text}`);
}
