import type { Consent, Owner } from '../apps/consent.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import { MAX_KEPT_FOR_OWNER } from '../apps/registered-clients.ts';

/**
 * Of clients that registered themselves. Some register anew each time they are started, so these would pile up on the
 * owner's page and in the account's slot; of the operator's clients there are as many as the operator has written.
 */
const MAX_UNVERIFIED_CONSENTS = MAX_KEPT_FOR_OWNER;

/** Before one more is given: of too many, those that were unused longest end, and the owner sees so in the activity. */
export async function makeRoom(
  consents: Pick<ConsentStore, 'list' | 'end'>,
  owner: Owner,
  clientId: string,
): Promise<void> {
  const others = (await consents.list(owner)).filter(
    (consent) => consent.appName !== undefined && consent.clientId !== clientId,
  );
  const tooMany = others.length - MAX_UNVERIFIED_CONSENTS + 1;
  if (tooMany <= 0) return;
  others.sort((one, other) => one.used - other.used);
  for (const consent of others.slice(0, tooMany)) await consents.end(owner, consent.id, endOf(consent));
}

function endOf({ clientId: id, appName: name = id, granted }: Consent) {
  const subject = { type: 'app', id, name } as const;
  return { kind: 'app-removed', by: 'server', subject, details: { scope: granted.join(' ') } } as const;
}
