/** Signing in by other providers: the buttons, what comes of it, and the links of an account. */
import type { SignInView } from '../../../src/web/pages/accounts.ts';
import type { UpstreamFailure, UpstreamLinksView, UpstreamView } from '../../../src/web/pages/upstream.ts';
import { ASKED, HOSTILE, inside, out, type Sample, throttled } from './parts.ts';

const buttons: SignInView = {
  page: 'sign-in',
  ...out,
  signUpOpen: true,
  passkeys: true,
  upstreams: [
    { id: 'corp', name: 'Corp' },
    { id: 'school', name: 'The school at the lake' },
  ],
};
const view: UpstreamView = {
  page: 'upstream',
  ...out,
  provider: 'Corp',
  failure: undefined,
  isLinking: false,
  back: '/sign-in?return_to=%2Fdevice',
};
const FAILURES: readonly UpstreamFailure[] = [
  'down',
  'refused',
  'gone',
  'unknown',
  'taken',
  'another',
  'stale',
];
const links: UpstreamLinksView = {
  page: 'upstream-links',
  section: 'security',
  ...inside,
  rows: [
    { id: 'corp', name: 'Corp', email: 'ada@corp.example', since: ASKED },
    { id: 'school', name: 'The school at the lake', email: undefined, since: undefined },
    { id: 'old', name: 'old', email: undefined, since: ASKED },
  ],
};

export const upstream: readonly Sample[] = [
  { name: 'sign-in-upstream', view: buttons },
  { name: 'sign-in-upstream-both-steps', view: { ...buttons, bothSteps: true, returnTo: '/device' } },
  ...FAILURES.map((failure) => ({ name: `upstream-${failure}`, view: { ...view, failure } })),
  {
    name: 'upstream-taken-linking',
    view: { ...view, ...inside, failure: 'taken', isLinking: true, back: '/account/security/upstream' },
  },
  { name: 'upstream-limit', view: { ...view, problem: throttled } },
  { name: 'upstream-links', view: links },
  { name: 'upstream-links-last', view: { ...links, last: 'corp' } },
  {
    name: 'upstream-links-hostile',
    view: { ...links, rows: [{ id: 'corp', name: 'Corp', email: HOSTILE, since: ASKED }] },
  },
];
