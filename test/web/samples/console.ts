/** Pages of the operator console. */
import type { ConsoleOverviewView, ConsoleParts } from '../../../src/web/pages/console.ts';
import { REFUSALS } from '../../../src/web/pages/console.ts';
import { csrf, HOSTILE, type Sample } from './parts.ts';

const owner: ConsoleParts = {
  csrf,
  operator: { name: 'Ada Lovelace', email: 'ada@example.com', role: 'owner' },
  may: { accounts: true, devices: true, clients: true, roles: true },
  section: undefined,
  once: 'f3a1c2d4-0000-4000-8000-000000000000',
};
const viewer: ConsoleParts = {
  ...owner,
  operator: { ...owner.operator, role: 'viewer' },
  may: { accounts: false, devices: false, clients: false, roles: false },
};
const hostile: ConsoleParts = { ...owner, operator: { name: HOSTILE, email: HOSTILE, role: 'manager' } };

const overview: ConsoleOverviewView = {
  page: 'console-overview',
  ...owner,
  section: 'overview',
  standings: [
    { what: 'store', isWrong: false, count: 0, details: ['ready'] },
    { what: 'mails', isWrong: false, count: 3, details: [] },
    { what: 'notices', isWrong: false, count: 0, details: [] },
    { what: 'secrets', isWrong: false, count: 0, details: [] },
    { what: 'warnings', isWrong: false, count: 0, details: [] },
  ],
};

export const consoleSamples: readonly Sample[] = [
  { name: 'console-sign-in', view: { page: 'console-sign-in', ...owner, isStrong: true } },
  { name: 'console-sign-in-weak', view: { page: 'console-sign-in', ...viewer, isStrong: false } },
  { name: 'console-sign-in-hostile', view: { page: 'console-sign-in', ...hostile, isStrong: true } },
  { name: 'console-overview', view: overview },
  {
    name: 'console-overview-wrong',
    view: {
      ...overview,
      ...viewer,
      section: 'overview',
      standings: [
        { what: 'store', isWrong: true, count: 0, details: ['store-read-only'] },
        { what: 'mails', isWrong: true, count: 12_000, details: [] },
        { what: 'notices', isWrong: true, count: 900, details: [] },
        { what: 'secrets', isWrong: true, count: 1, details: ['b1946ac9'] },
        { what: 'warnings', isWrong: true, count: 2, details: ['PORT is 80', HOSTILE] },
      ],
    },
  },
  ...REFUSALS.map((why): Sample => {
    return {
      name: `console-refused-${why}`,
      view: { page: 'console-refused', ...viewer, status: 403, why, requestId: 'r-1' },
    };
  }),
];
