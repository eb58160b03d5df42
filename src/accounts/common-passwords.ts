import { dictionary } from '@zxcvbn-ts/language-common';

/** ASVS 6.2.4 asks for 3000 at least. */
const HOW_MANY = 10_000;

/** The passwords that attackers try first: the commonest of those that leaked. */
export class CommonPasswords {
  readonly #commonest: ReadonlySet<string> = new Set(
    dictionary['passwords-common'].slice(0, HOW_MANY).map((password) => password.toLowerCase()),
  );

  /** Capital letters make a common password no rarer. */
  has(password: string): boolean {
    return this.#commonest.has(password.normalize('NFKC').toLowerCase());
  }

  get size(): number {
    return this.#commonest.size;
  }
}
