import { z } from 'zod';
import type { Account, AccountId } from '../accounts/account.ts';
import type { UpstreamLinkStore } from '../upstream/link-store.ts';
import type { AccountActs } from './account-acts.ts';
import { Problem } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { REVOCATION_PATH } from './scopes.ts';

interface RevocationParts {
  readonly issuer: string;
  readonly accounts: { find(id: AccountId): Promise<Account | undefined> };
  readonly acts: Pick<AccountActs, 'signOutEverything'>;
  readonly links: Pick<UpstreamLinkStore, 'find'>;
  /** Whether an entry of UPSTREAM_FILE names this issuer. */
  readonly isUpstream: (issuer: string) => boolean;
}

/** Subject identifiers (RFC 9493): of those only `iss_sub` is known here. */
const asked = z.strictObject({
  sub_id: z.looseObject({
    format: z.string().max(100),
    iss: z.string().max(2000).optional(),
    sub: z.string().max(255).optional(),
  }),
});

const IDS = /^[\w-]{22}$/;

const missing = (name: string) =>
  new Problem('invalid-request', { errors: [{ pointer: `/sub_id/${name}`, detail: 'is missing' }] });

/** A directory signs an owner out of everything: it knows them by our id, or by its own. */
export function revocationRoute(parts: RevocationParts): AdminRoute {
  const about = async ({ body }: Pick<AdminCall, 'body'>): Promise<AccountId> => {
    const { format, iss, sub } = (body as z.infer<typeof asked>).sub_id;
    if (format !== 'iss_sub') throw new Problem('other-subject', { detail: 'The format is iss_sub' });
    if (iss === undefined) throw missing('iss');
    if (sub === undefined) throw missing('sub');
    const id = await idOf(parts, iss, sub);
    if (id === undefined) throw new Problem('not-found');
    return id;
  };
  return route({
    name: 'global-token-revocation',
    method: 'POST',
    path: REVOCATION_PATH,
    scope: 'sessions:end',
    summary: 'End all devices, browsers, apps and pending codes of an account',
    body: asked,
    answers: { 204: undefined },
    about,
    answer: async ({ params }) => {
      if (!(await parts.acts.signOutEverything(params['account'] as AccountId)))
        throw new Problem('not-found');
      return { status: 204 };
    },
  });
}

async function idOf(parts: RevocationParts, issuer: string, subject: string): Promise<AccountId | undefined> {
  if (issuer === parts.issuer) {
    if (!IDS.test(subject)) return undefined;
    return (await parts.accounts.find(subject as AccountId))?.id;
  }
  if (!parts.isUpstream(issuer))
    throw new Problem('other-subject', { detail: 'The issuer is not known here' });
  return (await parts.links.find({ issuer, subject }))?.accountId;
}
