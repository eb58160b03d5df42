import type { Palette } from './palette.ts';

/** Under which name, colours and pictures owners meet this server: the operator's, or Latchkey's own. */
export interface Brand {
  readonly name: string;
  /** Latchkey's own, as it comes. */
  readonly isOurs: boolean;
  /** `undefined`: the colours of the sheets. */
  readonly colors: { readonly light: Palette; readonly dark: Palette } | undefined;
  /** Stands in the bar in place of icon and name; the second where the reader's screen is dark. */
  readonly logo: BrandPicture | undefined;
  readonly logoDark: BrandPicture | undefined;
  /** Of browsers' tabs, and beside the name where there is no logo. */
  readonly icon: BrandPicture | undefined;
  /** Of apps, by the name that their `logo_file` says. */
  readonly logosOfApps: ReadonlyMap<string, BrandPicture>;
  readonly support: Address | undefined;
  readonly imprint: Address | undefined;
}

/** `https:` or `mailto:`; or such a one by language, of which the first is for those who read another one. */
type Address = string | Readonly<Record<string, string>>;

export interface BrandPicture {
  /** Under which it is served, such as `brand-logo.svg`. */
  readonly name: string;
  readonly content: Buffer;
}

/** What mails, texts and pages call this installation. */
export interface Service {
  /** Its address. */
  readonly issuer: string;
  /** The name of the brand. */
  readonly product: string;
  /** In which it writes; `fallback`: to those of whom nothing is known. */
  readonly languages: { readonly served: readonly string[]; readonly fallback: string };
}

export const LATCHKEY: Brand = {
  name: 'Latchkey',
  isOurs: true,
  colors: undefined,
  logo: undefined,
  logoDark: undefined,
  icon: undefined,
  logosOfApps: new Map(),
  support: undefined,
  imprint: undefined,
};
