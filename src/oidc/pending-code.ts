import type { Payload } from '../devices/payload.ts';
import type { DeviceRequest } from './device-request.ts';

/** What the library has kept of a device code that waits for its owner, as far as our pages need it. */
export interface PendingCode extends DeviceRequest {
  readonly deviceCode: string;
  readonly clientId: string;
  readonly payload: Payload;
  /** milliseconds until it expires, by the store's clock */
  readonly left: number;
}

/** @returns `undefined` for what is no record of a device code */
export function readPendingCode({
  payload,
  left,
}: {
  payload: Payload;
  left: number;
}): PendingCode | undefined {
  const { jti: deviceCode, clientId, params, deviceInfo } = payload;
  if (typeof deviceCode !== 'string' || typeof clientId !== 'string') return undefined;
  return { deviceCode, clientId, params: objectOf(params), info: objectOf(deviceInfo), payload, left };
}

/**
 * When the owner must have proved who they are, in seconds since 1970: at most `max_age` seconds ago (OpenID Connect
 * Core section 3.1.2.1), or, with `prompt=login`, after the device asked.
 */
export function provedSince({ params, info }: PendingCode): number {
  const { login, at } = info;
  return Math.max(sinceOfMaxAge(params), login === true ? Math.ceil(Number(at) / 1000) : 0);
}

/** The same by `max_age` alone; 0 where any time will do. */
export function sinceOfMaxAge({ max_age: maxAge }: Readonly<Payload>): number {
  const asked = typeof maxAge === 'string' || typeof maxAge === 'number';
  return asked ? Math.floor(Date.now() / 1000) - Number(maxAge) : 0;
}

function objectOf(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
