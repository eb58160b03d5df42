import type { ClaimedDevice } from './device.ts';
import type { PageParts } from './page.ts';

/**
 * `/device/waiting`: the owner has approved a device, and sees whether it has come for its tokens. The form posts `ticket`
 * to `/device/waiting/remove`. `/device/waiting/state` is the same page with its answer, for the script of this one.
 */
export interface DeviceWaitingView extends PageParts {
  readonly page: 'device-waiting';
  readonly device: ClaimedDevice;
  /** This page itself, to look again. */
  readonly address: string;
  readonly ticket: string;
  /** What comes first is sent while the answer is waited for, and the answer behind it. */
  readonly streamed: boolean;
  /** `undefined` while it is waited for. */
  readonly answer: LinkAnswer | undefined;
}

/** `waiting`: not yet; `unknown`: the store cannot say. */
export type LinkAnswer =
  | {
      readonly state: 'linked';
      /** Where it is renamed, or given to a person. */
      readonly deviceAt: string;
      /** To whom a mail about it goes, where one does. */
      readonly mailTo: string | undefined;
      /** A row of the list that seems to be of the same hardware: one button removes it. */
      readonly former: FormerView | undefined;
    }
  | { readonly state: 'waiting' | 'ended' | 'late' | 'unknown' };

interface FormerView {
  readonly id: string;
  /** As its owner knows it. */
  readonly device: ClaimedDevice;
  readonly linkedAt: Date;
  readonly lastActivity: Date;
  /** `words`: it says the same of itself, which proves nothing. */
  readonly by: 'key' | 'words';
}
