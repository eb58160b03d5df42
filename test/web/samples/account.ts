/** `/account` and what lies below it. */
import { HOSTILE, hostileInside, inside, type Sample } from './parts.ts';

export const account: readonly Sample[] = [
  {
    name: 'account',
    view: { page: 'account', section: undefined, ...inside, notice: 'Your email is confirmed. Welcome!' },
  },
  {
    name: 'account-hostile',
    view: { page: 'account', section: undefined, ...hostileInside, notice: HOSTILE },
  },
];
