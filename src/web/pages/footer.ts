import type { Brand } from '../../brand/brand.ts';
import type { Reader } from '../../words/reader.ts';
import { saidTo, type Worded } from '../../words/worded.ts';

/** Addresses of the operator's own documents. */
export interface Documents {
  readonly privacy: string | undefined;
  readonly terms: string | undefined;
}

interface FooterLink {
  readonly label: string;
  readonly address: string;
}

/** What stands at the foot of each page: nothing where the operator has named nothing. */
export function footerOf(
  reader: Reader,
  brand: Brand,
  documents: Documents = { privacy: undefined, terms: undefined },
): FooterLink[] {
  const links = [
    [reader.t('common.footer.help'), addressFor(reader, brand.support)],
    [reader.t('common.footer.privacy'), documents.privacy],
    [reader.t('common.footer.terms'), documents.terms],
    [reader.t('common.footer.imprint'), addressFor(reader, brand.imprint)],
  ] as const;
  return links.flatMap(([label, address]) => (address === undefined ? [] : [{ label, address }]));
}

function addressFor(reader: Reader, address: Worded | undefined): string | undefined {
  return address === undefined ? undefined : saidTo(reader, address);
}
