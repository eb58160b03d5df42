/** Which apps are told of ends (OpenID Connect Back-Channel Logout 1.0 section 2.2). */
import type { ClientMetadata } from 'oidc-provider';
import type { LogoutReceiver } from '../apps/logout-receiver.ts';
import type { Egress } from '../net/egress.ts';

/** Each has a queue that every server looks at. */
const MAX_RECEIVERS = 100;

const known = new WeakMap<readonly ClientMetadata[], readonly LogoutReceiver[]>();

/** The same for the same clients. */
export function logoutReceivers(clients: readonly ClientMetadata[]): readonly LogoutReceiver[] {
  const receivers = known.get(clients) ?? receiversAmong(clients);
  known.set(clients, receivers);
  return receivers;
}

function receiversAmong(clients: readonly ClientMetadata[]): LogoutReceiver[] {
  return clients.flatMap(({ client_id: clientId, ...client }) => {
    const { backchannel_logout_uri: uri, backchannel_logout_session_required: needsSid } = client;
    return typeof uri === 'string' ? [{ clientId, uri, needsSid: needsSid === true }] : [];
  });
}

/** What is wrong with their addresses, a line each; where a name leads is seen when it is called. */
export function logoutErrors(clients: readonly ClientMetadata[], egress: Egress): string[] {
  const receivers = logoutReceivers(clients);
  const errors = receivers.flatMap(({ clientId, uri }) => {
    const refusal = egress.refusalOf(uri);
    return refusal === undefined
      ? []
      : [`${clientId}: backchannel_logout_uri ${refusal}; EGRESS_ALLOW names addresses of your own network`];
  });
  return [...errors, ...tooManyReceivers(clients)];
}

export function tooManyReceivers(clients: readonly ClientMetadata[]): string[] {
  const { length } = logoutReceivers(clients);
  return length > MAX_RECEIVERS
    ? [`${length} clients have a backchannel_logout_uri: at most ${MAX_RECEIVERS} may`]
    : [];
}

/** As the clients file says it. */
interface LogoutMetadata {
  readonly backchannel_logout_uri?: string | undefined;
  readonly backchannel_logout_session_required?: boolean | undefined;
}

/** Back-Channel Logout section 2.2: an absolute address without a fragment, of an app. */
export function logoutAddressErrors(
  { backchannel_logout_uri: uri, backchannel_logout_session_required: needsSid }: LogoutMetadata,
  isApp: boolean,
): { path: string[]; message: string }[] {
  const error = (name: string, message: string) => [{ path: [name], message }];
  if (uri === undefined)
    return needsSid ? error('backchannel_logout_session_required', 'needs backchannel_logout_uri') : [];
  if (!isApp)
    return error('backchannel_logout_uri', 'needs redirect_uris: devices hear at their next refresh');
  const url = URL.parse(uri);
  if (!url || !/^https?:$/.test(url.protocol))
    return error('backchannel_logout_uri', `${uri} is not an https address`);
  return uri.includes('#') ? error('backchannel_logout_uri', `${uri} has a fragment`) : [];
}
