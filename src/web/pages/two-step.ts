/** `/account/security/two-step` and what lies below it. */
import type { AccountParts } from './account.ts';
import type { ExpiredForm, FieldErrors, Throttled, Wrong } from './page.ts';
import type { PasskeyPrompt } from './second-step.ts';

/** An authenticator app or a passkey, under the name that its owner gave it. */
export interface NamedRow {
  readonly id: string;
  readonly kind: 'totp' | 'passkey';
  readonly name: string;
  readonly addedAt: Date;
  readonly usedAt: Date | undefined;
}

interface TrustedRow {
  /** Names it in its form. */
  readonly name: string;
  /** Such as "Chrome on Android", where the browser said. */
  readonly program: string | undefined;
  readonly address: string;
  readonly since: Date;
  readonly until: Date;
}

export interface TwoStepView extends AccountParts {
  readonly page: 'two-step';
  readonly now: Date;
  readonly named: readonly NamedRow[];
  /** How many are left; `undefined`: none were made. */
  readonly backupCodes: number | undefined;
  /** Masked. */
  readonly phone: string | undefined;
  readonly trusted: readonly TrustedRow[];
  /** Whether a phone can be added here, and a passkey. */
  readonly offers: { readonly phone: boolean; readonly passkey: boolean };
  /** Where the owner was going when they had to set this up first. */
  readonly goOn?: string | undefined;
}

/** A picture of squares: its side, and the dark ones as the path of an SVG. */
export interface QrPicture {
  readonly size: number;
  readonly path: string;
}

/** `/account/security/two-step/app`; fields `setup`, `code`, `name`. */
export interface AddAppView extends AccountParts {
  readonly page: 'add-app';
  /** The seed, sealed. */
  readonly setup: string;
  readonly qr: QrPicture;
  /** `otpauth:`, what the picture holds: it opens the app where that is on the same phone. */
  readonly uri: string;
  /** The key in groups of four. */
  readonly key: string;
  /** As the app will call it. */
  readonly label: string;
  readonly name: string;
  readonly problem?:
    | Wrong
    | FieldErrors<{ readonly code: 'not-six' }>
    | ExpiredForm
    | { readonly kind: 'too-many' }
    | undefined;
}

/** `/account/security/two-step/passkey`; fields `response`, `challenge`, `name`. */
export interface AddPasskeyView extends AccountParts {
  readonly page: 'add-passkey';
  readonly passkey: PasskeyPrompt | undefined;
  readonly name: string;
  readonly problem?: Wrong | ExpiredForm | { readonly kind: 'too-many' } | undefined;
}

/** `/account/security/two-step/phone`; field `phone`, then `pending`, `code`. */
export interface AddPhoneView extends AccountParts {
  readonly page: 'add-phone';
  readonly typed: string;
  /** A code is on its way to this number. */
  readonly sent: { readonly number: string; readonly pending: string } | undefined;
  /** Development only: where the text message can be read. */
  readonly outboxLink: boolean;
  readonly problem?:
    | Wrong
    | Throttled
    | ExpiredForm
    | { readonly kind: 'too-many-tries' }
    | FieldErrors<{ readonly phone?: 'not-a-number' | 'not-served'; readonly code?: 'not-six' }>
    | undefined;
}

/** `/account/security/two-step/codes`. With `codes`: shown this once; `download` holds them, sealed. */
export interface BackupCodesView extends AccountParts {
  readonly page: 'backup-codes';
  readonly left: number | undefined;
  readonly codes: readonly string[] | undefined;
  /** For the sheet of paper. */
  readonly madeAt: Date | undefined;
  readonly download: string;
}

/** `/account/security/two-step/factor/<id>`; field `name`, or none to remove it. */
export interface FactorView extends AccountParts {
  readonly page: 'factor';
  readonly id: string;
  readonly kind: 'totp' | 'passkey' | 'phone' | 'backup-codes';
  /** What it is called. */
  readonly name: string;
  readonly now: Date;
  readonly addedAt: Date;
  readonly usedAt: Date | undefined;
  /** With it, two-step verification is switched off, and backup codes and phone go too. */
  readonly isLast: boolean;
  /** The operator demands it: another one has to be set up at once then. */
  readonly isDemanded?: boolean | undefined;
}
