export interface RawAnswer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly body: string;
  /** The connection ends with it. */
  readonly closes: boolean;
}

interface Head {
  status: number;
  cookies: string[];
  /** Octets of the body. */
  length: number;
  closes: boolean;
}

/** Puts one answer after the other together from what comes on a connection. It knows bodies whose length is said, and no others. */
export class AnswerReader {
  #text = '';
  #head: Head | undefined;

  /**
   * @param text octets, each a character of Latin-1
   * @returns the answer, when it is whole
   * @throws Error where the length of the body is not said
   */
  add(text: string): RawAnswer | undefined {
    this.#text += text;
    if (!this.#head) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      this.#head = headIn(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 4);
    }
    const { length, ...head } = this.#head;
    if (this.#text.length < length) return undefined;
    const body = Buffer.from(this.#text.slice(0, length), 'latin1').toString('utf8');
    this.#text = this.#text.slice(length);
    this.#head = undefined;
    return { ...head, body };
  }
}

function headIn(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const head: Head = { status: Number(first.split(' ', 2)[1]), cookies: [], length: -1, closes: false };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trim();
    const name = line.slice(0, colon).toLowerCase();
    if (name === 'content-length') head.length = Number(value);
    else if (name === 'set-cookie') head.cookies.push(value);
    else if (name === 'connection') head.closes = value === 'close';
  }
  if (head.status === 204 || head.status === 304) head.length = 0;
  if (!(head.length >= 0)) throw new Error(`an answer whose length is not said: ${first}`);
  return head;
}
