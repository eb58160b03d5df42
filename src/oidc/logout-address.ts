/** Where an app hears that a sign-in of its people has ended, as the clients file says it. */
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
