import Provider, { errors } from 'oidc-provider';
import { sameStamp } from '../../devices/client-state.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { Payload } from '../../devices/payload.ts';
import { deviceEvent, namedAs } from '../events.ts';
import { thumbprintIn } from '../key-proofs.ts';
import { requestCache } from '../request-cache.ts';

/** A device that has used up its code, whichever kind of code it was. */
interface RedeemedCode {
  readonly grantId: string;
  readonly clientId: unknown;
  /** Of the client when the code began; absent is 0. */
  readonly clientEpoch?: number;
  /** What it said of itself, and from where. */
  readonly info: Payload | undefined;
}

/**
 * The waiting grant becomes a row of the account, and its owner is told: a device that is cut off before this holds a
 * code that is used up, and no key.
 * @throws InvalidGrant where the grant has ended, or its owner has signed out of everything
 */
export async function activateDevice(
  grants: Pick<GrantStore, 'activate'>,
  { grantId, clientId, clientEpoch, info }: RedeemedCode,
): Promise<void> {
  const client = Provider.ctx?.oidc?.client;
  const { name: app, names: appNames } = client ? namedAs(client) : { name: clientId };
  const stamp = sameStamp({ clientEpoch });
  const device = { ...info, clientId, ...stamp, app, ...(appNames && { appNames }), ...(await boundTo()) };
  const linked = deviceEvent('device-linked', 'owner', grantId);
  const authority = await grants.activate(grantId, device, linked);
  if (!authority) throw new errors.InvalidGrant('grant has ended');
  requestCache().remember(grantId, authority);
}

/**
 * The key that the refresh tokens of the device will be bound to (RFC 9449 section 5): it is a public client and
 * sent a proof, which the library has checked before it consumes the code.
 */
async function boundTo(): Promise<{ bound?: true; key?: string | undefined }> {
  const { ctx } = Provider;
  const proof = ctx?.oidc?.client?.clientAuthMethod === 'none' ? ctx.get('DPoP') : '';
  return proof === '' ? {} : { bound: true, key: await thumbprintIn(proof) };
}
