/** Whether the lists of the Admin API and the console have the accounts and devices that there are. */
import type { IndexCheck } from '../admin/index-check.ts';
import type { Finding } from './doctor.ts';

/** Looked at within a second or two, however many there are. */
const SAMPLE = 500;

/** @param all every account, which takes a minute for 100,000; else some of them */
export async function examineIndexes(check: Pick<IndexCheck, 'run'>, all: boolean): Promise<Finding> {
  const { accounts, devices, missing } = await check.run(all ? Number.POSITIVE_INFINITY : SAMPLE);
  if (missing.accounts + missing.devices > 0)
    return {
      check: 'indexes',
      state: 'warning',
      message: `${missing.accounts} of ${accounts} accounts and ${missing.devices} of ${devices} devices are in no list: run index rebuild`,
    };
  const sampled = !all && accounts >= SAMPLE ? ' that were looked at (--indexes looks at all)' : '';
  const message = `the lists have all of ${accounts} accounts and ${devices} devices${sampled}`;
  return { check: 'indexes', state: 'ok', message };
}
