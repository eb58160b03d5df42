/** Signing in by other providers: the buttons, what comes of it, and the links of an account. */
import type { SignInView } from '../../../src/web/pages/accounts.ts';
import type {
  UpstreamCodeView,
  UpstreamFailure,
  UpstreamFoundView,
  UpstreamLinksView,
  UpstreamSignUpView,
  UpstreamView,
} from '../../../src/web/pages/upstream.ts';
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

const newcomer: UpstreamSignUpView = {
  page: 'upstream-sign-up',
  ...out,
  provider: 'Corp',
  action: '/sign-in/upstream/corp/new',
  name: 'Ada Lovelace',
  email: 'ada@corp.example',
};
const found: UpstreamFoundView = {
  page: 'upstream-found',
  section: 'security',
  ...inside,
  provider: 'Corp',
  action: '/account/security/upstream/corp/found',
  email: 'ada@corp.example',
};
const code: UpstreamCodeView = {
  page: 'upstream-code',
  ...out,
  provider: 'Corp',
  action: '/sign-in/upstream/corp/code',
  ticket: 'sealed',
  email: 'ada@corp.example',
  outboxLink: false,
};
const linkAt = '/sign-in?return_to=%2Faccount%2Fsecurity%2Fupstream%2Fcorp%2Ffound';

export const upstream: readonly Sample[] = [
  {
    name: 'upstream-unknown-new',
    view: { ...view, failure: 'unknown', linkAt, createAt: '/sign-in/upstream/corp/new' },
  },
  {
    name: 'upstream-unknown-vouched',
    view: {
      ...view,
      failure: 'unknown',
      linkAt,
      createAt: '/sign-in/upstream/corp/new',
      mailAt: '/sign-in/upstream/corp/mail',
      mailTo: 'ada@corp.example',
    },
  },
  { name: 'upstream-code', view: code },
  { name: 'upstream-code-wrong', view: { ...code, problem: { kind: 'wrong' } } },
  { name: 'upstream-code-too-many', view: { ...code, problem: { kind: 'too-many-tries' } } },
  {
    name: 'upstream-code-malformed',
    view: { ...code, problem: { kind: 'fields', fields: { code: 'malformed' } } },
  },
  { name: 'upstream-code-hostile', view: { ...code, email: HOSTILE, ticket: HOSTILE, outboxLink: true } },
  { name: 'upstream-unknown-closed', view: { ...view, failure: 'unknown', linkAt } },
  { name: 'upstream-sign-up', view: newcomer },
  { name: 'upstream-sign-up-vouched', view: { ...newcomer, isVouched: true } },
  {
    name: 'upstream-sign-up-missing',
    view: {
      ...newcomer,
      name: '',
      email: '',
      problem: { kind: 'fields', fields: { name: 'missing', email: 'missing' } },
    },
  },
  { name: 'upstream-sign-up-limit', view: { ...newcomer, problem: throttled } },
  { name: 'upstream-sign-up-hostile', view: { ...newcomer, name: HOSTILE, email: HOSTILE } },
  { name: 'upstream-found', view: found },
  { name: 'upstream-found-plain', view: { ...found, email: undefined } },
  { name: 'upstream-found-hostile', view: { ...found, email: HOSTILE } },
  { name: 'sign-in-upstream', view: buttons },
  { name: 'sign-in-without-passwords', view: { ...buttons, signUpOpen: false, withoutPasswords: true } },
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
