/** ASVS 6.2.4 asks for 3000 at least. */
const HOW_MANY = 10_000;

/** The passwords that attackers try first: the commonest of those that leaked. */
export class CommonPasswords {
  readonly #commonest: ReadonlySet<string>;

  private constructor(commonestFirst: readonly string[]) {
    this.#commonest = new Set(commonestFirst.slice(0, HOW_MANY).map((password) => password.toLowerCase()));
  }

  /** Takes memory that a process does without which judges no new password. */
  static async load(): Promise<CommonPasswords> {
    const { dictionary } = await import('@zxcvbn-ts/language-common');
    return new CommonPasswords(dictionary['passwords-common']);
  }

  /** Capital letters make a common password no rarer. */
  has(password: string): boolean {
    return this.#commonest.has(password.normalize('NFKC').toLowerCase());
  }

  get size(): number {
    return this.#commonest.size;
  }
}
