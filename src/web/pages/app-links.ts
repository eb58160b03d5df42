/** Pages of an app's maker, as owners are shown the way there. */
import type { AppLink } from '../../devices/app-link.ts';

export interface ShownLink extends AppLink {
  /** Written out, so that owners know where a link leads. */
  readonly host: string;
}

export function shownLinks(links: readonly AppLink[]): ShownLink[] {
  return links.map((link) => ({ ...link, host: new URL(link.address).host }));
}
