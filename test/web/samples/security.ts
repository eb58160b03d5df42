/** Proving who one is, and what lies below `/account/security`. */
import { PROVED_ACTIONS } from '../../../src/accounts/proof-ages.ts';
import type { ProveView } from '../../../src/web/pages/prove.ts';
import { HOSTILE, hostileInside, inside, type Sample, throttled, wrong } from './parts.ts';

const prove: ProveView = { page: 'prove', ...inside, action: 'link-device', held: 'h3ld' };

export const security: readonly Sample[] = [
  ...PROVED_ACTIONS.map((action) => ({ name: `prove-${action}`, view: { ...prove, action } })),
  { name: 'prove-wrong', view: { ...prove, problem: wrong } },
  { name: 'prove-throttled', view: { ...prove, problem: throttled } },
  {
    name: 'prove-missing',
    view: { ...prove, problem: { kind: 'fields', fields: { password: 'missing' } } },
  },
  { name: 'prove-hostile', view: { ...prove, ...hostileInside, held: HOSTILE, problem: wrong } },
];
