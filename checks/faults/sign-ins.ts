import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../test/support/installation.ts';
import { codesOf } from '../../test/support/linked-device.ts';
import { PageClient } from '../../test/web/page-client.ts';
import { type Check, type Findings, percentile } from '../check.ts';

const SIGN_INS = 500;
/** Milliseconds that nearly all polls may take meanwhile; a device waits for 5 s between two. */
const MAX_MS = 500;
/** Passwords that may be checked while a poll is answered, for nearly all polls: however slow the machine is. */
const MAX_CHECKED = 8;

/** Everybody signs in at the same moment, each with a hash that takes memory and time on purpose. */
export const signIns: Check = {
  name: 'sign-ins',
  claim: '500 sign-ins at once do not hold polls up',
  run: () => signInAtOnce(SIGN_INS, MAX_MS),
};

/** @param longest milliseconds, where the machine is there for this alone */
export async function signInAtOnce(count: number, longest = Number.POSITIVE_INFINITY): Promise<Findings> {
  const installation = await Installation.start();
  try {
    const device = installation.device();
    const { deviceCode } = codesOf(await device.authorize());
    const took: { before: number[]; during: number[] } = { before: [], during: [] };
    const checkedMeanwhile: number[] = [];
    let checked = 0;
    const violations: string[] = [];
    const poll = async (samples: number[]) => {
      const [began, before] = [performance.now(), checked];
      const { status } = await device.poll(deviceCode);
      if (samples === took.during) checkedMeanwhile.push(checked - before);
      if (status !== 400) violations.push(`a poll was answered ${status}`);
      samples.push(performance.now() - began);
      await sleep(5);
    };
    for (let warmUp = 0; warmUp < 100; warmUp += 1) await poll([]);
    for (let polls = 0; polls < 200; polls += 1) await poll(took.before);
    const pages = await Promise.all(Array.from({ length: count }, () => signInPage(installation)));
    const answers = new Map<number, number>();
    let open = count;
    const began = performance.now();
    const all = pages.map(async ({ client, csrf }, index) => {
      const fields = { csrf, email: `nobody-${index}@example.org`, password: 'not the password of anybody' };
      const { status } = await client.post('/sign-in', fields);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      // Who is sent away while too many wait has cost no hash.
      if (status !== 503 && status !== 429) checked += 1;
      open -= 1;
    });
    while (open > 0) await poll(took.during);
    await Promise.all(all);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const [before, during] = [percentile(took.before, 0.99), percentile(took.during, 0.99)];
    if (during > longest) violations.push(`the p99 of polls was ${during.toFixed(0)} ms`);
    const overtaken = percentile(checkedMeanwhile, 0.99);
    if (overtaken > MAX_CHECKED) violations.push(`a poll waited while ${overtaken} passwords were checked`);
    const other = [...answers.keys()].filter((status) => status >= 500 && status !== 503);
    if (other.length > 0) violations.push(`sign-ins were answered ${other}`);
    return {
      figures: {
        'answers to sign-ins': [...answers].map(([status, times]) => `${times} × ${status}`).join(', '),
        'all answered after (s)': seconds,
        'p99 of polls before and during (ms)': `${before.toFixed(1)}, ${during.toFixed(1)}`,
        'passwords checked, and while a poll waited (p99)': `${checked}, ${overtaken}`,
        'polls during': took.during.length,
      },
      violations,
    };
  } finally {
    await installation.stop();
  }
}

async function signInPage({ server }: Installation): Promise<{ client: PageClient; csrf: string }> {
  const client = new PageClient(server.issuer);
  const page = await client.get('/sign-in');
  return { client, csrf: page.field('csrf') };
}
