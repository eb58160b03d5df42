/**
 * To which countries text messages may go, by calling code: texts to some cost a hundred times what others do, and
 * fraud makes money of that. A prefix may be longer than a calling code, such as `+4915` for German mobile phones.
 */
export class TextCountries {
  /** `undefined`: to all. */
  readonly prefixes: readonly string[] | undefined;

  private constructor(prefixes: readonly string[] | undefined) {
    this.prefixes = prefixes;
  }

  static readonly all = new TextCountries(undefined);

  /**
   * `all`, or calling codes separated by commas, such as `+1,+44,+4915`.
   * @returns the countries, or what is wrong with the text
   */
  static parse(text: string): TextCountries | string {
    if (text.trim() === 'all') return TextCountries.all;
    const prefixes = text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
    const isRight = prefixes.length > 0 && prefixes.every((prefix) => /^\+[1-9]\d{0,6}$/.test(prefix));
    return isRight ? new TextCountries(prefixes) : 'write calling codes such as +1,+44,+4915, or all';
  }

  /** @param number in E.164 */
  allows(number: string): boolean {
    return this.prefixes === undefined || this.prefixes.some((prefix) => number.startsWith(prefix));
  }
}
