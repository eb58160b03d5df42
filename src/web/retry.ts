/** The way back to what failed, for the page that says so. */
import { readVisitor } from './middleware/cookies.ts';
import { form } from './middleware/form.ts';
import type { ErrorKind, Retry } from './pages/error.ts';
import { linkTo } from './pages/labels.ts';
import type { WebContext } from './web-state.ts';

const WORTH_A_RETRY: readonly ErrorKind[] = ['form-expired', 'throttled', 'broken', 'unavailable'];
/** What people type or choose that is no secret, by the names of the fields: all else is typed anew. */
const TEXTS = [
  ...['name', 'email', 'member_name', 'device_name', 'phone', 'user_code', 'time_zone'],
  ...['currency', 'day_limit', 'free_limit'],
  ...['key_name', 'client', 'uses', 'life', 'network', 'network_address'],
];
/** Boxes of what a machine may do. */
const BOX = /^allow:[\w.:-]{1,60}$/;
/** Pages of an owner who is signed in. */
const OF_OWNERS = /^\/(account|device|admin)(\/|$)/;
/** By which the page of a form knows what it is part of; it checks them as in any address. */
const PARTS = ['return_to', 'invitation'];
const MAX_TYPED = 254;
const MAX_PART = 500;

/** Whether the form was sent by a page of ours, as far as the browser says: another site types nothing into our forms. */
const isOurs = (ctx: WebContext) => ctx.get('Sec-Fetch-Site') === 'same-origin';

/** The same page by GET; what was typed into a form is kept for it. */
export function retryOf(ctx: WebContext, kind: ErrorKind): Retry | undefined {
  // No page of ours has an escape in its path: such an address was written by another.
  if (!WORTH_A_RETRY.includes(kind) || ctx.path.includes('%')) return undefined;
  if (ctx.method !== 'POST') return { href: ownAddress(ctx), isForm: false, keepsText: false };
  const fields = fieldsOf(ctx);
  const page = pageOf(ctx.path);
  const names = [...TEXTS, ...Object.keys(fields).filter((name) => BOX.test(name))];
  // Without cookies, and where the way back is a way in, it is lost: what one owner typed is not shown to the next one.
  const isSeenAgain =
    readVisitor(ctx) !== undefined && (ctx.state.browser !== undefined || !OF_OWNERS.test(page));
  const typed = isOurs(ctx) && isSeenAgain ? named(fields, names, MAX_TYPED) : {};
  const keepsText = Object.keys(typed).length > 0 && ctx.state.answers !== undefined;
  if (keepsText) ctx.state.answers?.keep(page, typed);
  return { href: linkTo(page, named(fields, PARTS, MAX_PART)), isForm: true, keepsText };
}

/** Where a form stands that is posted to a path without a page: at that of what it is about. */
const FORMS: readonly [posted: RegExp, page: string][] = [
  [/^\/sign-out(\/.*)?$/, '/account'],
  [/^\/device\/waiting\/remove$/, '/device/waiting'],
  [/^(\/account\/keys)\/[^/]+\/end$/, '$1'],
  [/^(\/account\/browsers)\/others\/end$/, '$1'],
  [/^(\/account\/security\/two-step)\/trusted\/end$/, '$1'],
  [/^(\/account\/browsers\/[^/]+)\/end$/, '$1'],
  [/^(\/account\/security\/voice-code)\/(?:limits|unlock|remove)$/, '$1'],
  [/^(\/account\/data)\/(?:download|keep)$/, '$1'],
  [/^(\/account\/security\/two-step)\/factor\/[^/]+\/remove$/, '$1'],
  [/^(\/admin)\/sign-out$/, '$1'],
  [/^(\/admin\/operators)\/[^/]+$/, '$1'],
  [/^(\/admin\/(?:accounts|clients)\/[^/]+)\/.+$/, '$1'],
  [/^(\/account\/security\/two-step\/factor\/[^/]+)\/rename$/, '$1'],
  [/^(\/account\/household\/[^/]+)\/(?:rename|remove)$/, '$1'],
];

function pageOf(path: string): string {
  const [posted, page] = FORMS.find(([one]) => one.test(path)) ?? [];
  return posted && page ? path.replace(posted, page) : path;
}

/** Never one that a browser takes for another server's. */
function ownAddress({ path, search }: WebContext): string {
  return `/${path.replace(/^[/\\]+/, '')}${search}`;
}

function fieldsOf(ctx: WebContext): Readonly<Record<string, string | undefined>> {
  try {
    return form(ctx);
  } catch {
    return {};
  }
}

function named(fields: Readonly<Record<string, string | undefined>>, names: readonly string[], most: number) {
  const found = names.flatMap((name) => {
    const value = fields[name];
    return value && value.length <= most ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}
