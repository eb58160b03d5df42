import Provider from 'oidc-provider';

/**
 * The library gives a browser a new session id whenever an app's request goes on after a page of ours. Our sign-in
 * has just done so; a second time, two tabs that sign in to two apps would sign each other out.
 */
export function keepSessionIds(provider: Provider): void {
  const { prototype } = provider.Session;
  const { resetIdentifier } = prototype;
  prototype.resetIdentifier = function keepSessionId(): void {
    if (Provider.ctx?.oidc.route !== 'resume') resetIdentifier.call(this);
  };
}
