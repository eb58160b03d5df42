import type { Limiter } from '../../limits/limiter.ts';
import { TooManyDeviceCodes } from '../errors.ts';

/** Who asks for a code, or pushes a device's request, as far as it is kept: see `deviceInfo`. */
export interface AskingDevice {
  readonly network?: string;
  readonly address?: string;
  readonly website?: true;
}

/**
 * A website may use up what web pages in its visitor's network may ask for, and none of what devices there may.
 * @returns gives the leave back
 */
export function countPage(
  limiter: Pick<Limiter, 'take'>,
  device: AskingDevice | undefined,
): GiveBack | Promise<GiveBack> {
  return device?.website ? takeLeave(limiter, device) : nothingTaken;
}

type GiveBack = () => Promise<unknown>;

const nothingTaken: GiveBack = async () => undefined;

async function takeLeave(limiter: Pick<Limiter, 'take'>, device: AskingDevice): Promise<GiveBack> {
  const leave = await limiter.take([['PAGE_CODE_NETWORK', device.address ?? '']]);
  if (leave.outcome === 'wait') throw new TooManyDeviceCodes();
  return leave.giveBack;
}
