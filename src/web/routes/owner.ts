import type { Router } from '@koa/router';
import { Household } from '../../accounts/household.ts';
import type { HouseholdStore } from '../../accounts/household-store.ts';
import type { Sealing } from '../../accounts/sealing.ts';
import { cleanClaim } from '../../devices/claimed-device.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { LinkedDeviceStore } from '../../devices/linked-device.ts';
import { LinkedDevices } from '../../devices/linked-devices.ts';
import { PageTickets } from '../page-tickets.ts';
import type { WebState } from '../web-state.ts';
import { householdRoutes } from './household.ts';
import { linkedDeviceRoutes } from './linked-devices.ts';

export interface OwnerRoutes {
  readonly linkedDevices: LinkedDeviceStore;
  readonly grants: GrantStore;
  readonly household: HouseholdStore;
  readonly sealing: Sealing;
  readonly clients: readonly { readonly client_id: string; readonly client_name?: string | undefined }[];
  /** milliseconds */
  readonly dormantAfter: number;
  readonly now: () => number;
}

/** The pages on which owners see what may act for them, and end it. */
export function ownerRoutes(given: OwnerRoutes): Router<WebState>[] {
  const { sealing, dormantAfter, now } = given;
  const names = new Map(given.clients.map(({ client_id: id, client_name: name }) => [id, name]));
  const devices = new LinkedDevices(given.linkedDevices, given.grants);
  const household = new Household(given.household, cleanClaim);
  return [
    linkedDeviceRoutes({
      devices,
      household,
      tickets: new PageTickets(sealing, now),
      // An app that was taken out of the clients file keeps its row: its devices are still there to be ended.
      appName: (clientId) => names.get(clientId) ?? clientId,
      dormantAfter,
      now,
    }),
    householdRoutes({ household, devices }),
  ];
}
