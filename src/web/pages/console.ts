/** The pages of the operator console, under `/admin`. What they show of accounts and clients is what the Admin API says. */
import type { OperatorRole } from '../../admin/operators.ts';

export const CONSOLE_SECTIONS = { overview: '/admin' } as const;

export type ConsoleSection = keyof typeof CONSOLE_SECTIONS;

/** What every page of the console carries. */
export interface ConsoleParts {
  readonly csrf: string;
  readonly operator: { readonly name: string; readonly email: string; readonly role: OperatorRole };
  /** What the role may change. */
  readonly may: Readonly<Record<'accounts' | 'devices' | 'clients' | 'roles', boolean>>;
  readonly section: ConsoleSection | undefined;
  /** Names what the forms of this page do, so that one that is sent twice is done once. */
  readonly once: string;
  readonly notice?: string | undefined;
}

/** `/admin/sign-in`; its form posts there. */
export interface ConsoleSignInView extends ConsoleParts {
  readonly page: 'console-sign-in';
  /** The account has a passkey or an authenticator app. */
  readonly isStrong: boolean;
}

/** Problems of the Admin API that have words of their own here. */
export const REFUSALS = [
  'insufficient-scope',
  'operator-account',
  'not-found',
  'account-disabled',
  'client-from-file',
  'client-deleted',
  'client-without-secret',
  'client-may-administer',
  'last-owner',
  'own-role',
  'too-many-operators',
  'in-progress',
  'too-many-requests',
  'other',
] as const;

type Refusal = (typeof REFUSALS)[number];

/** In the place of what was asked for. */
export interface ConsoleRefusedView extends ConsoleParts {
  readonly page: 'console-refused';
  readonly status: number;
  readonly why: Refusal;
  readonly requestId: string;
}

export interface Standing {
  readonly what: 'store' | 'mails' | 'notices' | 'secrets' | 'warnings';
  /** Whether somebody has to look at it. */
  readonly isWrong: boolean;
  /** How many there are. */
  readonly count: number;
  /** In the words of the settings. */
  readonly details: readonly string[];
}

/** `/admin`; its form asks `/admin/search`. */
export interface ConsoleOverviewView extends ConsoleParts {
  readonly page: 'console-overview';
  readonly standings: readonly Standing[];
}
