import { z } from 'zod';
import { JOB_TYPES, type Job, type Jobs } from './jobs.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';
import { time, timeOf } from './schemas.ts';

export interface JobRouteParts {
  readonly jobs: Pick<Jobs, 'begin' | 'list' | 'find'>;
  readonly issuer: string;
}

const shown = z.strictObject({
  id: z.string(),
  type: z.enum(JOB_TYPES),
  state: z
    .enum(['running', 'done', 'cut-off'])
    .describe('`cut-off`: begin it again, it does what is left to do'),
  progress: z.record(z.string(), z.int().nonnegative()).describe('What it has counted so far'),
  started_at: time,
  heard_at: time.describe('When it was last heard of; of one that has ended, when that was'),
});

const asked = z.strictObject({
  type: z.enum(JOB_TYPES),
  confirm: z.string().max(300).optional().describe('For `sign-out-everyone`: the host of this server'),
});

const SCOPE = 'admin:jobs';

export function jobRoutes({ jobs, issuer }: JobRouteParts): AdminRoute[] {
  return [
    route({
      name: 'jobs-begin',
      method: 'POST',
      path: '/jobs',
      scope: SCOPE,
      summary: 'Begin what takes long: signing everybody out, writing records anew, rebuilding the lists',
      body: asked,
      answers: { 202: shown },
      once: true,
      answer: async ({ body: { type, confirm } }) => {
        const { host } = new URL(issuer);
        if (type === 'sign-out-everyone' && confirm !== host) {
          const detail = `is to be ${host}: every device of everybody has to be linked again`;
          throw new Problem('invalid-request', { errors: [{ pointer: '/confirm', detail }] });
        }
        const job = await jobs.begin(type);
        if (!job) throw new Problem('in-progress', { headers: { 'Retry-After': '10' } });
        return { status: 202, body: jobOf(job), headers: { Location: `${issuer}/admin/v1/jobs/${job.id}` } };
      },
    }),
    route({
      name: 'jobs-list',
      method: 'GET',
      path: '/jobs',
      scope: SCOPE,
      summary: 'The newest of each kind, for 30 days',
      answers: { 200: z.strictObject({ data: z.array(shown) }) },
      answer: async () => ({ status: 200, body: { data: (await jobs.list()).map(jobOf) } }),
    }),
    route({
      name: 'jobs-show',
      method: 'GET',
      path: '/jobs/{job}',
      scope: SCOPE,
      summary: 'How far it has come',
      answers: { 200: shown },
      answer: async ({ params }) => {
        const job = await jobs.find(params['job'] ?? '');
        if (!job) throw new Problem('not-found');
        return { status: 200, body: jobOf(job) };
      },
    }),
  ];
}

function jobOf({ id, type, state, progress, startedAt, heardAt }: Job): z.infer<typeof shown> {
  const times = { started_at: timeOf(startedAt), heard_at: timeOf(heardAt) };
  return { id, type, state, progress: { ...progress }, ...times };
}
