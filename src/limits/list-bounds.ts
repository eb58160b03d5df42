/** How much of a kind an account holds at most, where no setting says otherwise. */

/** As many browsers may be signed in to one account at once, unless the operator sets another number. */
export const MAX_BROWSERS = 100;
