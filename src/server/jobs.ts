/** The works that the Admin API begins: the same that the operator's tool does. */
import { SignOutEveryone } from '../accounts/sign-out-everyone.ts';
import { Jobs } from '../admin/jobs.ts';
import { RebuildIndex } from '../admin/rebuild-index.ts';
import { settleUnneeded } from '../audit/secret-records.ts';
import { describeError } from '../errors/error-description.ts';
import type { Parts } from './parts.ts';

/** Accounts in a second at most, as by the tool. */
const RATE = 200;

export function jobsOf({ stores, log, overrides }: Pick<Parts, 'stores' | 'log' | 'overrides'>): Jobs {
  const { accountIds, accounts, secretRecords } = stores;
  return new Jobs({
    records: stores.records,
    now: overrides.now ?? Date.now,
    works: {
      'sign-out-everyone': async (tell) => ({
        ...(await new SignOutEveryone(accountIds, accounts).run((soFar) => tell({ ...soFar }))),
      }),
      'rewrite-records': async (tell) => {
        const done = await secretRecords.rewrite(RATE, (soFar) => tell({ ...soFar }));
        await settleUnneeded(secretRecords, await secretRecords.census(() => tell({ ...done })));
        return { ...done };
      },
      'rebuild-index': async (tell) => ({
        ...(await new RebuildIndex(stores).run((soFar) => tell({ ...soFar }))),
      }),
    },
    onEnd: ({ id: job, type, state, progress }, error) => {
      const why = error === undefined ? {} : { error: describeError(error) };
      log[state === 'done' ? 'info' : 'warn']({ job, type, state, ...progress, ...why }, 'job');
    },
  });
}
