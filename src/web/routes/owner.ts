import type { Router } from '@koa/router';
import type { AccountStore } from '../../accounts/account-store.ts';
import { cleanName } from '../../accounts/name.ts';
import type { Sealing } from '../../accounts/sealing.ts';
import type { SessionTimes } from '../../accounts/session.ts';
import type { AppAccess } from '../../apps/app-access.ts';
import type { AppLink } from '../../devices/app-link.ts';
import type { WordsOfScopes } from '../../devices/asked-resource.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { LinkedDeviceStore } from '../../devices/linked-device.ts';
import { LinkedDevices } from '../../devices/linked-devices.ts';
import { SignOutEverything } from '../../devices/sign-out-everything.ts';
import type { SnapshotStore } from '../../devices/snapshot.ts';
import type { WaitingLinkStore } from '../../devices/waiting-link.ts';
import { Household } from '../../household/household.ts';
import type { HouseholdStore } from '../../household/household-store.ts';
import type { ListedSessionStore } from '../../sessions/listed-session.ts';
import type { SessionStore } from '../../sessions/session-store.ts';
import { Browsers } from '../../sessions/sessions.ts';
import type { Worded } from '../../words/worded.ts';
import { FlashMessages } from '../flash-messages.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { PageTickets } from '../page-tickets.ts';
import type { WebState } from '../web-state.ts';
import { accessListRoutes } from './access-list.ts';
import { browserRoutes } from './browsers.ts';
import { householdRoutes } from './household.ts';
import { linkedDeviceRoutes } from './linked-devices.ts';
import { signOutEverythingRoutes } from './sign-out-everything.ts';

interface OwnerRoutes {
  readonly accounts: AccountStore;
  readonly browsers: SessionStore & ListedSessionStore;
  readonly browserTimes: SessionTimes;
  readonly ended: SnapshotStore;
  readonly stepUp: Pick<StepUp, 'before'>;
  readonly linkedDevices: LinkedDeviceStore;
  readonly waitingLinks: WaitingLinkStore;
  readonly grants: GrantStore;
  readonly household: HouseholdStore;
  readonly appAccess: Pick<AppAccess, 'list'>;
  readonly sealing: Sealing;
  /** What a client is called. */
  readonly appName: (clientId: string) => Worded;
  readonly appLinks: (clientId: string) => readonly AppLink[];
  readonly resources: WordsOfScopes;
  /** milliseconds */
  readonly dormantAfter: number;
  readonly now: () => number;
}

/** The pages on which owners see what may act for them, and end it. */
export function ownerRoutes(given: OwnerRoutes): Router<WebState>[] {
  const { sealing, dormantAfter, now, stepUp } = given;
  const tickets = new PageTickets(sealing, now);
  const flash = new FlashMessages(tickets);
  const devices = new LinkedDevices(given.linkedDevices, given.grants);
  const household = new Household(given.household, (typed) => cleanName(typed) || undefined);
  const browsers = new Browsers(given.browsers);
  return [
    linkedDeviceRoutes({
      devices,
      household,
      tickets,
      flash,
      appName: given.appName,
      appLinks: given.appLinks,
      resources: given.resources,
      dormantAfter,
      now,
    }),
    accessListRoutes({
      devices,
      browsers,
      appAccess: given.appAccess,
      waiting: given.waitingLinks,
      household,
      flash,
      appName: given.appName,
      dormantAfter,
      now,
    }),
    householdRoutes({ household, devices, flash }),
    browserRoutes({ browsers, flash, stepUp, now }),
    signOutEverythingRoutes({ signOutEverything: new SignOutEverything(given), stepUp, tickets, now }),
  ];
}
