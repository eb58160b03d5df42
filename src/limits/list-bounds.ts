/** How much of a kind an account holds at most, where no setting says otherwise. */

/** As many browsers may be signed in to one account at once, unless the operator sets another number. */
export const MAX_BROWSERS = 100;

/** As many devices may be linked to one account at once, unless the operator sets another number; the next is refused. */
export const MAX_DEVICES = 500;

/** As many changes of the email of an account can be taken back at once; until one of them stands there is no other. */
export const MAX_FORMER_EMAILS = 8;

/** As many requests of one account are held at once until a device that it waits for has come; the next is answered at once. */
export const MAX_HELD_PER_ACCOUNT = 3;

/** The same of all accounts, in one process. */
export const MAX_HELD = 500;
