/** The way back in for who has lost the second step. */
import type { RecoveryView } from '../../../src/web/pages/recovery.ts';
import { HOSTILE, NOW, out, type Sample, throttled, wrong } from './parts.ts';

const DAY = 86_400_000;
const asked = { opensAt: new Date(NOW.getTime() + 3 * DAY), until: new Date(NOW.getTime() + 10 * DAY) };
const base: RecoveryView = {
  page: 'recovery',
  ...out,
  email: 'ada@example.com',
  state: 'ask',
  waitSeconds: 72 * 3600,
  ways: ['totp', 'phone', 'backup-codes'],
  outboxLink: false,
};

const states: Readonly<Record<string, Partial<RecoveryView>>> = {
  ask: {},
  'ask-app-only': { ways: ['totp'] },
  waits: { state: 'waits', ...asked },
  open: { state: 'open', ...asked },
  'open-throttled': { state: 'open', ...asked, problem: throttled },
  code: { state: 'code', ...asked, outboxLink: true },
  'code-wrong': { state: 'code', ...asked, problem: wrong },
  'code-malformed': { state: 'code', ...asked, problem: { kind: 'fields', fields: { code: 'malformed' } } },
  'code-too-many': { state: 'code', ...asked, problem: { kind: 'too-many-tries' } },
  hostile: { state: 'waits', ...asked, email: HOSTILE },
};

export const recovery: readonly Sample[] = Object.entries(states).map(([name, state]) => ({
  name: `recovery-${name}`,
  view: { ...base, ...state },
}));
