import type { Brand } from '../../brand/brand.ts';

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
  brand: Brand,
  documents: Documents = { privacy: undefined, terms: undefined },
): FooterLink[] {
  const links = [
    ['Help', brand.support],
    ['Privacy', documents.privacy],
    ['Terms', documents.terms],
    ['Imprint', brand.imprint],
  ] as const;
  return links.flatMap(([label, address]) => (address === undefined ? [] : [{ label, address }]));
}
