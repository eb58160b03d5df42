/** How much of a kind an account holds at most, where no setting says otherwise. */

/** As many browsers may be signed in to one account at once, unless the operator sets another number. */
export const MAX_BROWSERS = 100;

/** As many devices may be linked to one account at once, unless the operator sets another number; the next is refused. */
export const MAX_DEVICES = 500;
