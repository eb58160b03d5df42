/** Names of apps as a hasty reader sees them: what looks like the name of another one is that name. */

/** Letters of other scripts, and signs, that look like the Latin letter or digit in front of them. */
const LOOK_ALIKES = [
  'aАаΑαɑᴀᎪ@',
  'bВвЬьΒƀʙᏴ',
  'cСсᴄᏟⅽ',
  'dԀԁđᎠᴅ',
  'eЕеЁёΕεᴇᎬҽ€',
  'fƒꜰϝ',
  'gɡցԌᏀɢ',
  'hНнһҺΗհħᎻʜ',
  'jЈјᎫᴊյ',
  'kКкΚκҚқᏦᴋ',
  'lIi1|ІіЇїΙιıɪӀӏƖǀłᏞʟլ',
  'mМмΜᎷᴍ',
  'nПпΝηոɴ',
  'oО0оΟοσØøՕօᴏөӨѳ',
  'pРрΡρᏢᴘ',
  'qԚԛզ',
  'rГгʀᏒ',
  's5ЅѕՏꜱᏚ$',
  'tТтΤτŧᎢᴛ',
  'uυՍսᴜʋ',
  'vѴѵνᏙᴠ',
  'wԜԝωѡᏔᴡ',
  'xХхΧχ',
  'yΥУуҮүγʏᎩ',
  'zΖᏃᴢƶ',
];
const LETTER_OF = new Map(
  LOOK_ALIKES.flatMap(([letter = '', ...others]) => others.map((one) => [one, letter] as const)),
);
/** Several that look like one. */
const PAIRS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
];
/** First of the letters that are drawn as pictures: in circles and squares, black ones too, and those of flags. */
const PICTURED = [0x1f150, 0x1f170, 0x1f1e6];
/** Scripts that put nothing between words: where one begins cannot be told. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Accents; not the marks by which other scripts write their vowels. */
const ACCENTS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
/** They make no name another one: "Notes App", "The official Notes". */
const SAYS_NOTHING = new Set(
  'account accounts admin app help login official online security server service sign signin support team the verified web'
    .split(' ')
    .map(roughly),
);

/** Whether an app of this name would be taken for the one of the other name. */
export function looksLike(name: string, other: string): boolean {
  const one = seen(telling(wordsOf(name)));
  return one !== '' && one === seen(telling(wordsOf(other)));
}

/**
 * Whether an app of this name would be taken for a part of the service: some of its words, one after the other, are the
 * service's name, alone or run together with words that say nothing.
 */
export function namesService(name: string, service: string): boolean {
  const wanted = seen(telling(wordsOf(service)));
  if (wanted === '') return false;
  const words = wordsOf(name);
  if (WITHOUT_SPACES.test(wanted)) return seen(words).includes(wanted);
  return words.some((_, from) =>
    words.slice(from).some((_last, more) => {
      const run = seen(words.slice(from, from + more + 1));
      return run === wanted || (more === 0 && isRunTogether(run, wanted));
    }),
  );
}

/** "Latchkeysupport". */
function isRunTogether(word: string, service: string): boolean {
  const [before, after, ...others] = word.split(service);
  if (before === undefined || after === undefined || others.length > 0) return false;
  return [before, after].every((rest) => rest === '' || SAYS_NOTHING.has(rest));
}

/** The words of a name when it is not looked at closely: in pieces where a capital begins one, too ("LatchkeyHome"). */
function wordsOf(name: string): string[] {
  const plain = [...name].map(unpictured).join('').normalize('NFKD').replace(ACCENTS, '');
  return plain
    .replace(/(\p{Ll})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .split(/[^\p{L}\p{M}\p{N}|@$€]+/u)
    .filter(Boolean)
    .map(roughly);
}

/** Words that say nothing count where there are no others. */
function telling(words: string[]): string[] {
  const left = words.filter((word) => !SAYS_NOTHING.has(word));
  return left.length > 0 ? left : words;
}

function seen(words: string[]): string {
  return PAIRS.reduce((left, [pair, letter]) => left.replace(pair, letter), words.join(''));
}

/** Each letter as the one that it looks like, as it is written, and in lower case. */
function roughly(text: string): string {
  const mapped = (letter: string) => LETTER_OF.get(letter) ?? letter;
  return [...[...text].map(mapped).join('').toLowerCase()].map(mapped).join('');
}

function unpictured(letter: string): string {
  const point = letter.codePointAt(0) ?? 0;
  const first = PICTURED.find((start) => point >= start && point < start + 26);
  return first === undefined ? letter : String.fromCharCode(97 + point - first);
}
