/** An owner who approves a device, and pages that come while it is waited for. */
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, type DeviceCodes } from '../support/linked-device.ts';
import type { Page, PageClient } from './page-client.ts';

interface Approved extends DeviceCodes {
  /** The page that approving led to. */
  at: string;
}

export async function approve(owner: PageClient, name = 'Bedroom TV'): Promise<Approved> {
  const device = new DeviceClient(owner.origin);
  const codes = codesOf(await device.authorize({ device_name: name, device_type: 'tv' }));
  const page = await owner.submit('/device', '/device', { user_code: codes.userCode });
  const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), decision: 'approve' };
  const { status, location } = await owner.postAlone('/device/confirm', fields);
  if (status !== 303) throw new Error(`approving ended with ${status}`);
  return { ...codes, at: location };
}

/** Where the script of a page asks. */
export const stateOf = (at: string) => at.replace('/waiting', '/waiting/state');

/** What a person reads. */
export const said = ({ text }: Pick<Page, 'text'>) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

/** The answer as it comes: what has come so far, and the whole of it. */
export async function opened({ origin, cookies }: PageClient, at: string, signal?: AbortSignal) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { cookie, accept: 'text/html' };
  const response = await fetch(origin + at, { headers, ...(signal && { signal }) });
  let soFar = '';
  const whole = (async () => {
    for await (const chunk of response.body ?? []) soFar += Buffer.from(chunk).toString();
    return soFar;
  })();
  // Of one whose client goes away.
  whole.catch(() => undefined);
  return { response, whole, soFar: () => soFar };
}
