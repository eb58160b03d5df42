import type { UpstreamLinkStore } from '../../upstream/link-store.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { SecuritySource } from './security-source.ts';

/** Other providers, as the page Security tells of them; nothing where there is none. */
export function upstreamSource(
  upstreams: { readonly all: readonly Upstream[] },
  links: Pick<UpstreamLinkStore, 'list'>,
): SecuritySource {
  return async function tellOfProviders({ accountId }, reader) {
    const linked = await links.list(accountId);
    if (upstreams.all.length + linked.length === 0) return { rows: [], steps: [] };
    const names = linked.map(
      ({ upstream }) => upstreams.all.find(({ id }) => id === upstream)?.name ?? upstream,
    );
    const row = {
      icon: 'onward',
      label: reader.t('security.upstream.title'),
      state: names.length > 0 ? names.join(', ') : reader.t('security.upstream.none'),
      isTyped: names.length > 0,
      action: reader.t('security.manage'),
      href: '/account/security/upstream',
    };
    return { rows: [row], steps: [] };
  };
}
