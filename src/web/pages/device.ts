import type { DeviceType } from '../../devices/claimed-device.ts';
import type { LinkCheck, LinkReason } from '../../devices/link-risk.ts';
import type { ShownLink } from './app-links.ts';
import type { ExpiredForm, FieldErrors, PageParts, Throttled, TooShort, Wrong } from './page.ts';

type UserCodeFields = FieldErrors<{ readonly user_code: 'missing' }>;

/** `/device`; field `user_code`. */
export interface DeviceCodeView extends PageParts {
  readonly page: 'device-code';
  /** From `verification_uri_complete`, or what was typed the last time. */
  readonly userCode?: string | undefined;
  readonly problem?: Wrong | TooShort | Throttled | ExpiredForm | UserCodeFields | undefined;
}

/** What the device says of itself, cleaned and bounded by the caller. Whether it is true is unchecked. */
export interface ClaimedDevice {
  readonly type: DeviceType;
  readonly name?: string | undefined;
  readonly model?: string | undefined;
}

/** How the address that asked for the code relates to that of the browser in which this page is shown. */
export type NetworkRelation = 'same' | 'different' | 'unknown';

/** Where and when the device asked for its code. */
interface DeviceRequest {
  readonly ipAddress: string;
  readonly network: NetworkRelation;
  /** Where its address is at home, ISO 3166-1; without a file of places nothing. */
  readonly country?: string | undefined;
  readonly at: Date;
  /** The program that asked, in words ("Chrome on Android"), where it said. */
  readonly userAgent?: string | undefined;
}

/**
 * `/device/confirm`; fields `ticket`, `decision` (`approve` or `deny`), and where asked for `user_code` and `number`.
 * RFC 8628 section 5.4: the owner sees what is asking, from where, and the code to compare, and refusing is as easy as
 * agreeing. `/interaction/<uid>` where its maker's app sets the device up: then there is no code, and only `decision`.
 */
export interface DeviceConfirmView extends PageParts {
  readonly page: 'device-confirm';
  readonly signedInAs: NonNullable<PageParts['signedInAs']>;
  /** Where the form goes. */
  readonly action: string;
  readonly ticket?: string | undefined;
  /** As the device shows it, with its dash. `undefined`: its maker's app sets it up, and it shows none. */
  readonly userCode?: string | undefined;
  readonly appName: string;
  readonly links: readonly ShownLink[];
  readonly device: ClaimedDevice;
  readonly request: DeviceRequest;
  /** The time at which the page is shown, for "two minutes ago". */
  readonly now: Date;
  /** One sentence for each thing the device will be able to do; `scopeLabel` has those of the standard scopes. */
  readonly abilities: readonly string[];
  /** Where the client's grants end by themselves: after how many days at the latest. */
  readonly longestDays?: number | undefined;
  /** The account has no other device of this app. */
  readonly firstOfItsKind?: boolean | undefined;
  /** What linking takes beside the click; with `refuse` there is only Don’t link. */
  readonly check: LinkCheck;
  /** Why; the weightiest stands first. */
  readonly reasons: readonly LinkReason[];
  /** Numbers of which one is shown by the device, where its app has it picked. */
  readonly numbers?: readonly number[] | undefined;
  readonly problem?: LinkFields | undefined;
}

type LinkFields = FieldErrors<{
  readonly user_code?: 'missing' | 'other' | undefined;
  readonly number?: 'missing' | undefined;
}>;

/** What the owner said before, or on another page; `isLate`: they have just answered once more, which changed nothing. */
interface OwnAnswer {
  readonly isLate?: boolean | undefined;
}

/**
 * The answer to `/device/confirm`. `linked`: this owner linked it before; `failed`: the code expired or another owner
 * answered it in the meantime; `full`: the account has as many devices as it may, and the code still waits.
 */
export type DeviceResultView = PageParts & { readonly page: 'device-result' } & (
    | ({ readonly outcome: 'denied' } & OwnAnswer)
    | ({
        readonly outcome: 'linked';
        readonly device: ClaimedDevice;
        /** Where it is seen what came of it. */
        readonly at: string;
      } & OwnAnswer)
    | { readonly outcome: 'failed' }
    | {
        readonly outcome: 'full';
        /** Where the owner decides again, of a device that its maker's app sets up. */
        readonly again?: string | undefined;
      }
  );
