import type { LinkKeyLife, LinkKeyRefusal } from '../../devices/link-key.ts';
import type { AccountParts } from './account.ts';
import type { FieldErrors } from './page.ts';

/** One key that is still good, as its owner tells it from others. */
export interface LinkKeyRow {
  /** Below `/account/keys/`. */
  readonly id: string;
  readonly name: string;
  readonly appName: string;
  readonly uses: number;
  readonly usesLeft: number;
  readonly endsAt: Date;
  /** In which alone it is good; `undefined`: anywhere. */
  readonly network: string | undefined;
  /** On the machine of the server itself. */
  readonly isHere?: boolean;
  readonly refused: { readonly at: Date; readonly why: LinkKeyRefusal } | undefined;
}

/** `/account/keys`; each row has a form that posts to `…/<id>/end`, with or without `devices`. */
export interface LinkKeysView extends AccountParts {
  readonly page: 'link-keys';
  readonly rows: readonly LinkKeyRow[];
  /** Whether there is a client that takes keys. */
  readonly canMake: boolean;
  readonly now: Date;
}

/** Where a key is good. */
export const KEY_PLACES = ['here', 'there', 'anywhere'] as const;

/** `/account/keys/new`; the form posts to the same address. */
export interface MakeLinkKeyView extends AccountParts {
  readonly page: 'make-link-key';
  readonly clients: readonly { readonly id: string; readonly name: string }[];
  /** What a machine may do with it beside knowing the account. */
  readonly abilities: readonly { readonly scope: string; readonly words: string; readonly ticked: boolean }[];
  readonly lives: readonly LinkKeyLife[];
  /** The network of this browser; `undefined` where it cannot be told. */
  readonly here: string | undefined;
  /** Whether it runs on the machine of the server itself. */
  readonly isHere?: boolean;
  readonly typed: Readonly<Record<string, string>>;
  readonly problem?:
    | FieldErrors<{
        readonly key_name?: 'missing' | undefined;
        readonly uses?: 'not-a-count' | undefined;
        readonly network_address?: 'not-an-address' | undefined;
      }>
    | { readonly kind: 'too-many' }
    | undefined;
}

/** `/account/keys/new`, once it is made: the only time that it is shown. */
export interface LinkKeyView extends AccountParts {
  readonly page: 'link-key';
  readonly key: string;
  readonly name: string;
}
