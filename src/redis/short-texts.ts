/**
 * Most of what is sealed is the names of fields, and what nearly all say in them. Each such word is one character here that no
 * JSON has: all below the space are escaped in it (RFC 8259 section 7). So nothing that a device or an owner says is taken
 * for a word, and what was sealed before there were words is read as it is.
 */

/** For ever: what is kept is read by them. A new one comes behind the last; there are 31 at most. */
const WORDS = [
  '"openid profile email offline_access"',
  ',"scope":',
  '"deviceInfo":{"name":"',
  ',"userAgent":"',
  ',"params":{"client_id":"',
  ',"userCode":"',
  ',"kind":"DeviceCode"',
  ',"clientId":"',
  ',"accountId":"',
  ',"authTime":',
  ',"amr":["pwd"]',
  ',"acr":"urn:latchkey:acr:1"',
  ',"grantId":"',
  ',"gty":"device_code refresh_token"',
  ',"gty":"device_code"',
  ',"openid":{"scope":',
  ',"address":"',
  ',"network":"',
  ',"model":"',
  ',"name":"',
  ',"type":"',
  '{"=":1,"iat":',
  '{"iat":',
  ',"exp":',
  ',"jti":"',
  ',"at":',
  ',"iiat":',
] as const;

const MARKS: ReadonlyMap<string, string> = new Map(
  WORDS.map((word, index) => [word, String.fromCharCode(index + 1)]),
);
const ANY_WORD = new RegExp(WORDS.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
const FIRST_OF_TEXT = 0x20;

/** @param text JSON, as `JSON.stringify` writes it without indents */
export function shortText(text: string): string {
  return text.replace(ANY_WORD, (word) => MARKS.get(word) ?? word);
}

/** The same, whole again. */
export function wholeText(short: string): string {
  let [text, from] = ['', 0];
  for (let at = 0; at < short.length; at += 1) {
    const mark = short.charCodeAt(at);
    if (mark >= FIRST_OF_TEXT) continue;
    text += short.slice(from, at) + (WORDS[mark - 1] ?? '');
    from = at + 1;
  }
  return text + short.slice(from);
}
