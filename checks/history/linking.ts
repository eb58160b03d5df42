/** The three ways in which a device is linked: by a code that it shows, by its maker's app, by a key of its owner. */
import { CompanionDevice, RADIO } from '../../test/support/companion-device.ts';
import { DeviceClient } from '../../test/support/device-client.ts';
import { KeyedMachine, RACK } from '../../test/support/link-key-owner.ts';
import { codesOf } from '../../test/support/linked-device.ts';
import { Device } from './device.ts';
import type { Owner } from './owner.ts';
import type { OwnersKey } from './owners-key.ts';
import { type DeviceHistory, outcomeOf, recorded } from './record.ts';

/** The client of devices that show a code. */
export const TV = 'tv';
/** Clients that the operator ends. */
export const CLIENTS = [TV, RADIO.client_id, RACK.client_id] as const;

/** One server after the other. */
type Addresses = readonly [string, string];

/** Asks for a code and has it approved; `undefined` when no owner can approve it, or there is no code. */
export async function linkByCode(
  owner: Owner,
  name: string,
  addresses: Addresses,
): Promise<Device | undefined> {
  const browser = await owner.browser();
  if (!browser) return undefined;
  const began = performance.now();
  const fields = { client_id: TV, scope: 'openid offline_access', device_name: name };
  const asking = new DeviceClient(addresses[0], TV).post('/device/auth', fields, owner.from);
  const answer = await asking.catch(() => undefined);
  if (answer?.status !== 200) return undefined;
  const { deviceCode, userCode } = codesOf(answer);
  const asked = { began, done: performance.now() };
  const history: DeviceHistory = { name, client: TV, session: browser.session, asked, entries: [] };
  const device = new Device(owner, history, (address) => new DeviceClient(address, TV).poll(deviceCode));
  history.entries.push(await recorded('approve', () => owner.approve(browser, addresses[1], userCode)));
  return device;
}

/** Pushes its own request, has its owner confirm it, and redeems the code that the app hands it. */
export async function linkByApp(
  owner: Owner,
  name: string,
  addresses: Addresses,
): Promise<Device | undefined> {
  const browser = await owner.browser();
  if (!browser) return undefined;
  const began = performance.now();
  const radio = new CompanionDevice(addresses[0], owner.from);
  const link = await radio.link({ device_name: name, scope: 'openid offline_access' }).catch(() => undefined);
  if (!link) return undefined;
  let code = '';
  const confirmation = await recorded('confirm', async () => {
    const confirmed = await owner.confirm(browser, addresses[1], link.pathname + link.search);
    code = confirmed.code;
    return confirmed.outcome;
  });
  const history: DeviceHistory = {
    name,
    client: RADIO.client_id,
    session: browser.session,
    asked: { began, done: confirmation.return },
    entries: [confirmation],
  };
  const device = new Device(owner, history, (address) =>
    new DeviceClient(address, RADIO.client_id).post('/token', radio.redemption(code)),
  );
  if (code !== '') await device.poll(addresses[1]);
  return device;
}

/** Presents a key, also one that has ended, and gets its tokens at once; 429 says nothing about the key. */
export async function linkByKey(key: OwnersKey, name: string, addresses: Addresses): Promise<Device> {
  const { owner, history: ofKey } = key;
  const history: DeviceHistory = {
    name,
    client: RACK.client_id,
    session: ofKey.session,
    asked: ofKey.made,
    key: ofKey,
    entries: [],
  };
  let deviceCode = '';
  const device = new Device(owner, history, (address) =>
    new DeviceClient(address, RACK.client_id).poll(deviceCode),
  );
  const presented = await recorded('present', async () => {
    const machine = new KeyedMachine(addresses[0], key.text, RACK.client_id, owner.from);
    const answer = await machine.presents({ device_name: name });
    if (answer.status === 200) deviceCode = codesOf(answer).deviceCode;
    return answer.status === 429 ? 'pending' : outcomeOf(answer);
  });
  history.entries.push(presented);
  if (deviceCode !== '') await device.poll(addresses[1]);
  return device;
}
