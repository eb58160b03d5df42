/** Pages of an app's maker, as owners are shown the way there. */
import type { AppLink } from '../../devices/app-link.ts';
import type { Reader } from '../../words/reader.ts';
import { saidTo } from '../../words/worded.ts';

export interface ShownLink {
  readonly kind: AppLink['kind'];
  readonly address: string;
  /** Written out, so that owners know where a link leads. */
  readonly host: string;
}

export function shownLinks(reader: Reader, links: readonly AppLink[]): ShownLink[] {
  return links.map(({ kind, address: worded }) => {
    const address = saidTo(reader, worded);
    return { kind, address, host: new URL(address).host };
  });
}
