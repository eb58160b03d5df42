/** The part of the composition root that makes what tells owners of their account. */
import { Disputes } from '../alerts/dispute.ts';
import { DisputeTickets } from '../alerts/dispute-tickets.ts';
import { RecentActivity } from '../alerts/recent-activity.ts';
import { TakingBack } from '../alerts/take-back.ts';
import { AccountData } from '../audit/account-data.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { activityRoutes } from '../web/routes/activity.ts';
import type { Parts } from './parts.ts';

export function activityPages({ stores, keyring }: Parts, now: () => number) {
  const tickets = new DisputeTickets(keyring, now);
  const takingBack = new TakingBack(stores);
  const dispute = new Disputes({ ...stores, takingBack, tickets, used: stores.usedTickets, now });
  return activityRoutes({ activity: new RecentActivity(stores.activity), dispute, tickets, now });
}

export function accountData({ stores }: Parts, apps: Protocol['appAccess']): AccountData {
  return new AccountData({ ...stores, devices: stores.linkedDevices, apps });
}
