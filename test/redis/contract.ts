import { describe } from '@jest/globals';
import { describeAccountChanges } from './contract/account-changes.ts';
import { describeAccounts } from './contract/accounts.ts';
import { describeActivity } from './contract/activity.ts';
import { describeAppEnds } from './contract/app-ends.ts';
import type { OpenStores } from './contract/bench.ts';
import { describeBrokenConnections } from './contract/broken-connections.ts';
import { describeBrowsers } from './contract/browsers.ts';
import { describeConsents } from './contract/consents.ts';
import { describeDeviceCodes } from './contract/device-codes.ts';
import { describeDevicePages } from './contract/device-pages.ts';
import { describeEveryone } from './contract/everyone.ts';
import { describeFactors } from './contract/factors.ts';
import { describeGrants } from './contract/grants.ts';
import { describeGuesses } from './contract/guesses.ts';
import { describeLinkedDevices } from './contract/linked-devices.ts';
import { describeNoticeQueues } from './contract/notice-queues.ts';
import { describeOperationIds } from './contract/operation-ids.ts';
import { describePollPacing } from './contract/poll-pacing.ts';
import { describeRecords } from './contract/records.ts';
import { describeRecoveries } from './contract/recoveries.ts';
import { describeRefreshChain } from './contract/refresh-chain.ts';
import { describeSecretRotation } from './contract/rotation.ts';
import { describeSignOutEverything } from './contract/sign-out-everything.ts';
import { describeTrustedBrowsers } from './contract/trusted-browsers.ts';
import { describeVoiceCodes } from './contract/voice-codes.ts';
import { describeWaitingLinks } from './contract/waiting-links.ts';

/** What every implementation of the stores promises, on every kind of Redis: one list. */
export function describeStoreContract(name: string, open: OpenStores): void {
  describe(name, () => {
    describeDeviceCodes(open);
    describePollPacing(open);
    describeGrants(open);
    describeRefreshChain(open);
    describeLinkedDevices(open);
    describeDevicePages(open);
    describeWaitingLinks(open);
    describeBrowsers(open);
    describeAccounts(open);
    describeSignOutEverything(open);
    describeEveryone(open);
    describeAccountChanges(open);
    describeActivity(open);
    describeFactors(open);
    describeTrustedBrowsers(open);
    describeVoiceCodes(open);
    describeRecoveries(open);
    describeConsents(open);
    describeAppEnds(open);
    describeNoticeQueues(open);
    describeGuesses(open);
    describeRecords(open);
    describeSecretRotation(open);
    describeOperationIds(open);
    describeBrokenConnections(open);
  });
}
