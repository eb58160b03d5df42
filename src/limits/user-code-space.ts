/** The space of user codes, against which wrong ones are reckoned (RFC 8628 sections 5.1 and 6.1). */
export const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
export const USER_CODE_LENGTH = 8;

/** How many user codes there are. */
export const USER_CODES = USER_CODE_LETTERS.length ** USER_CODE_LENGTH;
