const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CLOSES = /\r\nconnection: *close/i;
const COOKIES = /\r\nset-cookie: *([^\r]*)/gi;
const STATUS_AT = 'HTTP/1.1 '.length;

/** What came for one request. Only what is asked of it is looked for: most are not read beyond a few characters. */
export class Answer {
  readonly status: number;
  /** Octets of the body, each a character of Latin-1. */
  readonly text: string;
  readonly #head: string;

  constructor(head: string, text: string) {
    this.status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
    this.text = text;
    this.#head = head;
  }

  /** What its JSON says; a page as its `text`. */
  get body(): Record<string, unknown> {
    const text = Buffer.from(this.text, 'latin1').toString('utf8');
    return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text };
  }

  /** As they are set. */
  get cookies(): readonly string[] {
    return [...this.#head.matchAll(COOKIES)].map(([, cookie = '']) => cookie);
  }

  /** The connection ends with it. */
  get closes(): boolean {
    return CLOSES.test(this.#head);
  }

  /** A text of its JSON that has nothing to unescape, as tokens and codes; empty where there is none. */
  field(name: string): string {
    const before = `"${name}":"`;
    const at = this.text.indexOf(before);
    if (at < 0) return '';
    const begin = at + before.length;
    return this.text.slice(begin, this.text.indexOf('"', begin));
  }
}

/** Puts one answer after the other together from what comes on a connection. It knows bodies whose length is said, and no others. */
export class AnswerReader {
  #text = '';

  /**
   * @param text octets, each a character of Latin-1
   * @returns the answer, when it is whole
   * @throws Error where the length of the body is not said, or more has come than was asked for
   */
  add(text: string): Answer | undefined {
    const all = this.#text + text;
    this.#text = all;
    const head = all.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const end = head + 4 + lengthSaid(all, head);
    if (all.length < end) return undefined;
    if (all.length > end) throw new Error(`more than one answer: ${all.slice(end)}`);
    this.#text = '';
    return new Answer(all.slice(0, head), all.slice(head + 4));
  }
}

/** Of a body. */
function lengthSaid(text: string, head: number): number {
  const said = LENGTH.exec(text);
  if (said && said.index < head) return Number(said[1]);
  if (text.startsWith('204', STATUS_AT) || text.startsWith('304', STATUS_AT)) return 0;
  throw new Error(`an answer whose length is not said: ${text.slice(0, head)}`);
}
