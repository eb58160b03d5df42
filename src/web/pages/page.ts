/** The person whose signed-in browser this is, as the header shows them. */
export interface SignedInAs {
  readonly name: string;
  readonly email: string;
}

/** What every page carries, whatever it is about. */
export interface PageParts {
  /** The value of the hidden field `csrf` of every form; empty only where the page has no form. */
  readonly csrf: string;
  readonly signedInAs?: SignedInAs | undefined;
  /** When the account of the owner who is signed in closes, where they have asked for that. */
  readonly closesAt?: Date | undefined;
  /** One sentence of good news above the content, such as "We have sent a new code." */
  readonly notice?: string | undefined;
}

/** A form that came back because of a limit; `waitSeconds` is how long until the next try counts. */
export interface Throttled {
  readonly kind: 'throttled';
  readonly waitSeconds: number;
}

/** A form whose token was too old or not ours: nothing was changed, a fresh form is on the page. */
export interface ExpiredForm {
  readonly kind: 'expired-form';
}

/** Too short to be a code: known without asking the store, and no guess. */
export interface TooShort {
  readonly kind: 'too-short';
  /** How many letters are missing. */
  readonly missing: number;
}

/** What was entered is not right; which half of it is never said. */
export interface Wrong {
  readonly kind: 'wrong';
}

/** Entries that cannot be right, by field name: known without asking the store. */
export interface FieldErrors<Codes> {
  readonly kind: 'fields';
  readonly fields: Codes;
}
