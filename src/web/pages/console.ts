/** The pages of the operator console, under `/admin`. What they show of accounts and clients is what the Admin API says. */
import type { OperatorRole } from '../../admin/operators.ts';
import type { SettingWarning } from '../../config/setting-warnings.ts';
import type { EventKind } from '../../events/event.ts';

export const CONSOLE_SECTIONS = {
  overview: '/admin',
  accounts: '/admin/accounts',
  devices: '/admin/devices',
  clients: '/admin/clients',
  deliveries: '/admin/deliveries',
  audit: '/admin/audit',
  operators: '/admin/operators',
  settings: '/admin/settings',
} as const;

export type ConsoleSection = keyof typeof CONSOLE_SECTIONS;

/** What every page of the console carries. */
export interface ConsoleParts {
  readonly csrf: string;
  readonly operator: { readonly name: string; readonly email: string; readonly role: OperatorRole };
  /** What the role may change. */
  readonly may: Readonly<Record<'accounts' | 'devices' | 'clients' | 'receivers' | 'roles', boolean>>;
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
  /** Whether the operator has to look at it. */
  readonly isWrong: boolean;
  /** How many there are. */
  readonly count: number;
  /** What is called the same in every language, or what is to know of the settings. */
  readonly details: readonly (string | Pick<SettingWarning, 'kind' | 'values'>)[];
}

/** `/admin`; its form asks `/admin/search`. */
export interface ConsoleOverviewView extends ConsoleParts {
  readonly page: 'console-overview';
  readonly standings: readonly Standing[];
  readonly figures: readonly ConsoleFigure[];
}

/** How often something happened: beside the last day the week that it is of. */
interface ConsoleFigure {
  /** Of `console.figure`, without underlines. */
  readonly figure: string;
  readonly day: number;
  readonly week: number;
}

/** One thing that is told of something. */
export interface ConsoleFact {
  /** Of `console.fact`. */
  readonly what: string;
  /** In words of an owner, a device or a client, or an id. */
  readonly words?: string | undefined;
  readonly time?: Date | undefined;
  /** One of a few, of `console.is`. */
  readonly is?: string | undefined;
  readonly count?: number | undefined;
  /** Why something was not taken: of `console.failure`, and what stands behind that. */
  readonly failure?: { readonly kind: string; readonly code: string } | undefined;
}

/** A button that changes something. */
export interface ConsoleAct {
  /** It takes nothing from an owner, an app or a device. */
  readonly isHarmless?: boolean | undefined;
  /** Of `console.act`. */
  readonly act: string;
  /** The one of several that it is done to. */
  readonly which?: string | undefined;
  /** What it is done to, for an operator who hears the page. */
  readonly to?: string | undefined;
  readonly action: string;
}

export interface ConsoleRow {
  readonly title: string;
  readonly href?: string | undefined;
  readonly facts: readonly ConsoleFact[];
  readonly act?: ConsoleAct | undefined;
}

export interface ConsoleFilter {
  /** Of the address, and of `console.filter` without its underlines. */
  readonly name: string;
  readonly type: 'search' | 'date' | 'choice';
  readonly value: string;
  /** Of a choice, of `console.is`; the first is none of them. */
  readonly choices?: readonly string[];
}

/** `/admin/accounts`, `/admin/devices`, `/admin/clients`, `/admin/audit`. */
export interface ConsoleListView extends ConsoleParts {
  readonly page: 'console-list';
  readonly section: ConsoleSection;
  readonly filters: readonly ConsoleFilter[];
  readonly rows: readonly ConsoleRow[];
  /** The address of the next page. */
  readonly next: string | undefined;
  /** Nothing was asked for yet. */
  readonly isUnasked: boolean;
}

interface ConsoleEvent {
  readonly kind: EventKind;
  readonly name: string | undefined;
  readonly by: string;
  readonly at: Date;
}

/** `/admin/accounts/<id>` and `/admin/clients/<id>`. */
export interface ConsoleThingView extends ConsoleParts {
  readonly page: 'console-thing';
  readonly section: ConsoleSection;
  readonly title: string;
  readonly facts: readonly ConsoleFact[];
  /** Of `console.group`. */
  readonly groups: readonly { readonly group: string; readonly rows: readonly ConsoleRow[] }[];
  readonly acts: readonly ConsoleAct[];
  readonly events: readonly ConsoleEvent[];
  /** The address of older events. */
  readonly older: string | undefined;
  /** A secret that was just made: it is shown this once. */
  readonly secret?: string | undefined;
}

/** `/admin/deliveries`: the receivers of webhooks, and streams of security events. */
export interface ConsoleDeliveriesView extends ConsoleParts {
  readonly page: 'console-deliveries';
  readonly rows: readonly ConsoleReceiverRow[];
  readonly streams: readonly ConsoleReceiverRow[];
}

interface ConsoleReceiverRow {
  readonly id: string;
  readonly href: string;
  /** Of `console.receiver`. */
  readonly stands: ReceiverStanding;
  readonly facts: readonly ConsoleFact[];
}

/** `failing`: it is on, and has not taken the newest that it was sent; `paused`: what happens waits. */
export type ReceiverStanding = 'on' | 'failing' | 'paused' | 'off';

/** `/admin/deliveries/<id>` and `/admin/streams/<client>`: one receiver, and what it has not taken. */
export interface ConsoleReceiverView extends ConsoleParts {
  readonly page: 'console-receiver';
  readonly kind: 'webhooks' | 'streams';
  readonly id: string;
  readonly stands: ReceiverStanding;
  readonly facts: readonly ConsoleFact[];
  readonly acts: readonly ConsoleAct[];
  readonly dead: readonly ConsoleRow[];
  /** The address of older ones. */
  readonly older: string | undefined;
}

/** `/admin/operators`; the form of who is added posts there. */
export interface ConsoleOperatorsView extends ConsoleParts {
  readonly page: 'console-operators';
  readonly rows: readonly (ConsoleRow & { readonly role: OperatorRole; readonly action: string })[];
  readonly roles: readonly OperatorRole[];
}

/** `/admin/settings`: those that are not as by default; what a secret is set to is not told. */
export interface ConsoleSettingsView extends ConsoleParts {
  readonly page: 'console-settings';
  readonly version: string;
  readonly settings: readonly (readonly [name: string, value: string | undefined])[];
}
