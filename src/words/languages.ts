import { OperatorError } from '../errors/operator-error.ts';
import { KNOWN_LANGUAGES } from './catalogue.ts';
import { PSEUDO_TAGS } from './pseudo.ts';

/** What is known of the language that a person reads, from the word that counts most to the one that counts least. */
interface Wishes {
  /** Of their account. */
  readonly account?: string | undefined;
  /** Chosen in this browser. */
  readonly chosen?: string | undefined;
  /** Of the app that sent them, by the order of its wishes (OpenID Connect Core 3.1.2.1, `ui_locales`). */
  readonly app?: string | undefined;
  /** `Accept-Language` (RFC 9110 section 12.5.4). */
  readonly browser?: string | undefined;
}

/** Headers of which the answer is kept. */
const KEPT = 500;
/** Of what a stranger sends, so much is read. */
const MAX_LENGTH = 500;
const MAX_WISHES = 20;
const TAG = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,4}$/i;

/** The languages that this installation serves. */
export class Languages {
  readonly served: readonly string[];
  /** Spoken to those of whom no wish is known. */
  readonly fallback: string;
  readonly #answers = new Map<string, string | undefined>();

  /** @throws OperatorError where there are no messages in one of them */
  constructor(served: readonly string[], fallback: string = served[0] ?? 'en') {
    const unknown = [...served, fallback].filter((tag) => !KNOWN_LANGUAGES.includes(tag));
    if (unknown.length > 0) {
      throw new OperatorError(
        `LANGUAGES: there are no pages in ${unknown.join(', ')}. There are in ${KNOWN_LANGUAGES.join(', ')}.`,
      );
    }
    if (!served.includes(fallback)) {
      throw new OperatorError(`DEFAULT_LANGUAGE: ${fallback} is not among LANGUAGES (${served.join(', ')}).`);
    }
    this.served = served;
    this.fallback = fallback;
  }

  /** The language to answer in. */
  choose({ account, chosen, app, browser }: Wishes): string {
    const tag = this.find(account) ?? this.find(chosen) ?? this.#ofApp(app) ?? this.#ofBrowser(browser);
    return tag ?? this.fallback;
  }

  /** The one that is served under this very name. */
  find(tag: string | undefined): string | undefined {
    return this.served.find((one) => one === tag);
  }

  #ofApp(app: string | undefined): string | undefined {
    return app === undefined
      ? undefined
      : this.#best(app.slice(0, MAX_LENGTH).split(' ').slice(0, MAX_WISHES));
  }

  #ofBrowser(header = ''): string | undefined {
    if (header.length > MAX_LENGTH) return undefined;
    if (this.#answers.has(header)) return this.#answers.get(header);
    if (this.#answers.size >= KEPT) this.#answers.clear();
    const answer = this.#best(wishesIn(header));
    this.#answers.set(header, answer);
    return answer;
  }

  #best(tags: readonly string[]): string | undefined {
    for (const tag of tags) {
      const found = isTag(tag) ? tagFor(tag, this.served) : undefined;
      if (found) return found;
    }
    return undefined;
  }
}

/** Whether it is the tag of a language, as far as one can tell without a list of all (RFC 5646). */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** By the tag itself, then without what makes it narrower (RFC 4647 section 3.4), then any of the same language. */
export function tagFor(wanted: string, among: readonly string[]): string | undefined {
  const parts = wanted.toLowerCase().split('-');
  for (let length = parts.length; length > 0; length -= 1) {
    const shorter = parts.slice(0, length).join('-');
    const found = among.find((one) => one.toLowerCase() === shorter);
    if (found) return found;
  }
  return among.find((one) => !PSEUDO_TAGS.includes(one) && one.toLowerCase().split('-')[0] === parts[0]);
}

/** A language as those who speak it call it. */
export function languageName(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** The tags of the header, the most wanted first. What says `q=0` is not wanted. */
function wishesIn(header: string): string[] {
  return header
    .split(',')
    .slice(0, MAX_WISHES)
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
      const quality = parameters.find((one) => /^q=/i.test(one))?.slice(2) ?? '1';
      return { tag, weight: /^(0(\.\d{1,3})?|1(\.0{1,3})?)$/.test(quality) ? Number(quality) : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
