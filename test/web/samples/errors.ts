import { ERROR_KINDS, errorView } from '../../../src/web/pages/error.ts';
import { HOSTILE, hostileInside, inside, out, type Sample } from './parts.ts';

const requestId = '01JNKQ6Z7V9F3T2M8R4X5C6B7D';

const appRequest = errorView('app-request', { ...out, requestId });
const held = {
  appName: '(unverified) Riverside Notes',
  site: 'notes.example.com',
  address: 'https://notes.example.com/signed-in?error=login_required',
};

export const errors: readonly Sample[] = [
  ...ERROR_KINDS.map((kind) => ({ name: `error-${kind}`, view: errorView(kind, { ...out, requestId }) })),
  ...(['unavailable', 'form-expired'] as const).map((kind) => ({
    name: `error-${kind}-form`,
    view: errorView(kind, { ...out, requestId, retry: { href: '/sign-up', isForm: true, keepsText: true } }),
  })),
  {
    name: 'error-unavailable-page',
    view: errorView('unavailable', {
      ...inside,
      requestId,
      waitSeconds: 5,
      retry: { href: '/account?page=2', isForm: false, keepsText: false },
    }),
  },
  {
    name: 'error-app-request-detail',
    view: { ...errorView('app-request', { ...out, requestId }), detail: 'invalid_client: client is invalid' },
  },
  { name: 'error-app-request-held', view: { ...appRequest, answerHeld: held } },
  { name: 'error-app-request-held-local', view: { ...appRequest, answerHeld: { ...held, site: undefined } } },
  {
    name: 'error-app-request-held-form',
    view: { ...appRequest, answerHeld: { ...held, fields: { error: 'login_required', state: 'st4te' } } },
  },
  {
    name: 'error-app-request-held-hostile',
    view: {
      ...appRequest,
      answerHeld: { appName: HOSTILE, site: HOSTILE, address: `/${HOSTILE}`, fields: { state: HOSTILE } },
    },
  },
  { name: 'error-throttled-wait', view: errorView('throttled', { ...inside, requestId, waitSeconds: 90 }) },
  {
    name: 'error-hostile',
    view: { ...errorView('broken', { ...hostileInside, requestId: HOSTILE }), detail: HOSTILE },
  },
];
