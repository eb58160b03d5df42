import { createRequire } from 'node:module';
import { relative } from 'node:path';

type SequencerModule = typeof import('@jest/test-sequencer');
// Its types are those of CommonJS, whose default is a property.
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as SequencerModule;
type Test = Parameters<InstanceType<typeof Sequencer>['sort']>[0][number];

/** What takes longest, the longest first. Begun last, one of these would run on alone while a worker has nothing to do. */
const LONG = [
  'test/web/accessibility.test.ts',
  'test/examples/examples.test.ts',
  'test/cli/operator.test.ts',
  'test/redis/contract.test.ts',
  'test/flows/process-stop.test.ts',
  'test/flows/process-start.test.ts',
  'test/flows/two-step.test.ts',
  'test/redis/lost-replies.test.ts',
  'test/clients/web-clients.test.ts',
  'test/security/ways-in.test.ts',
  'test/flows/process.test.ts',
  'test/cli/playbooks.test.ts',
  'test/flows/device-pages.test.ts',
  'test/admin/lock.test.ts',
  'test/web/languages-fit.test.ts',
  'test/security/neighbours-alerts.test.ts',
  'test/web/by-keyboard.test.ts',
  'test/flows/reader.test.ts',
  'test/flows/owner.test.ts',
  'test/flows/workers.test.ts',
  'test/security/neighbours.test.ts',
  'test/flows/passkeys.test.ts',
  'test/deploy/proxies.test.ts',
  'test/flows/phishing-networks.test.ts',
  'test/cli/operator-secrets.test.ts',
  'test/faults/outages.test.ts',
  'test/faults/lost-replies.test.ts',
  'test/cli/operator-stored-clients.test.ts',
  'test/races/races.test.ts',
  'test/faults/alerts-killed.test.ts',
  'test/flows/apps.test.ts',
  'test/faults/refusals.test.ts',
  'test/flows/app-sign-in.test.ts',
  'test/oidc/key-rotation-outage.test.ts',
  'test/conformance/backchannel-logout.test.ts',
  'test/faults/replaced-masters.test.ts',
  'test/flows/demo-tv.test.ts',
  'test/cli/operator-accounts.test.ts',
  'test/oidc/registration-tokens.test.ts',
  'test/flows/linked-again.test.ts',
  'test/flows/account-changes.test.ts',
  'test/flows/polls-at-once.test.ts',
  'test/alerts/alerts.test.ts',
  'test/deploy/image.test.ts',
  'test/security/canary.test.ts',
  'test/redis/replicas.test.ts',
  'test/admin/every-status.test.ts',
  'test/cli/operator-factors.test.ts',
  'test/faults/memory-full.test.ts',
  'test/cli/operator-clients.test.ts',
  'test/server/side-by-side.test.ts',
  'test/faults/cut-log.test.ts',
  'test/web/heights.test.ts',
  'test/webhooks/receivers.test.ts',
  'test/sessions/ways-in.test.ts',
  'test/upstream/logout-store-down.test.ts',
  'test/upstream/logout.test.ts',
  'test/cli/restored-backup.test.ts',
  'test/security/dispute.test.ts',
  'test/faults/webhooks-killed.test.ts',
  'test/oidc/key-rotation.test.ts',
  'test/cli/operator-roles.test.ts',
];

/** Jest knows how long a file takes once it has run here; on a fresh machine it goes by the size of files. */
export default class SlowestFirst extends Sequencer {
  override async sort(tests: readonly Test[]): Promise<Test[]> {
    const sorted = await super.sort([...tests]);
    const place = ({ path, context }: Test) => {
      const index = LONG.indexOf(relative(context.config.rootDir, path));
      return index === -1 ? LONG.length : index;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
