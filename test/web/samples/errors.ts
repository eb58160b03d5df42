import { ERROR_KINDS, errorView } from '../../../src/web/pages/error.ts';
import { HOSTILE, hostileInside, hostileText, inside, out, type Sample } from './parts.ts';

const requestId = '01JNKQ6Z7V9F3T2M8R4X5C6B7D';

export const errors: readonly Sample[] = [
  ...ERROR_KINDS.map((kind) => ({ name: `error-${kind}`, view: errorView(kind, { ...out, requestId }) })),
  {
    name: 'error-app-request-detail',
    view: { ...errorView('app-request', { ...out, requestId }), detail: 'invalid_client: client is invalid' },
  },
  { name: 'error-throttled-wait', view: errorView('throttled', { ...inside, requestId, waitSeconds: 90 }) },
  {
    name: 'error-hostile',
    view: { ...errorView('broken', { ...hostileInside, requestId: HOSTILE }), ...hostileText },
  },
];
