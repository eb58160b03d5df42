import { extname } from 'node:path';

/** Bytes. It is shown 32 pixels high, on every page. */
const MAX_BYTES = 100_000;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** What a drawing must not hold: it may run nothing and fetch nothing, also where it is opened by itself. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/<!DOCTYPE|<!ENTITY/i, 'a document type, which may define other text'],
  [/<\?(?!xml\s)/i, 'a processing instruction'],
  // A prefix is any name of XML, which has letters of all scripts.
  [
    /<\s*(?:[^\s<>/:]+:)?(?:script|foreignObject|iframe|embed|object|handler|listener)[\s/>]/i,
    'a script or a page',
  ],
  [/1999\/xhtml/i, 'a script or a page'],
  [/[\s"'/]on[\w-]+\s*=/i, 'an attribute that runs a script (on…)'],
  [/\battributeName\s*=\s*["']?\s*(?:[^\s"':]+:)?(?:href|on)/i, 'a changing link'],
  [/(?:^|[\s"'/:])(?:href|src)\s*=\s*(?!\s*["']\s*#)/i, 'a reference outside the file'],
  [/\b(?:xml:base|ping)\s*=|\bsrc\(/i, 'a reference outside the file'],
  [/url\(\s*(?!["']?\s*#)/i, 'a reference outside the file'],
  [/@import|@font-face|image-set\(|javascript:/i, 'a reference outside the file'],
  [/\\|&#/, 'hidden characters'],
];

/** Copies of copies: thirty of them, of two each, hold a browser up for good. */
const COPY = /<\s*(?:[^\s<>/:]+:)?use[\s/>]/gi;
const MAX_COPIES = 20;

/** What is wrong with a picture of the operator's; `undefined` where nothing is. */
export function pictureError(name: string, content: Buffer): string | undefined {
  if (content.length > MAX_BYTES) return `${name} has ${content.length} bytes, more than ${MAX_BYTES}`;
  switch (extname(name).toLowerCase()) {
    case '.png':
      return content.subarray(0, PNG.length).equals(PNG) ? undefined : `${name} is no PNG`;
    case '.svg':
      return svgError(name, content);
    default:
      return `${name} is neither .svg nor .png`;
  }
}

function svgError(name: string, content: Buffer): string | undefined {
  const text = content.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text).equals(content)) return `${name} is not in UTF-8`;
  if (!/^\uFEFF?\s*(?:<\?xml\s[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(text))
    return `${name} is no SVG`;
  // Without it browsers show nothing.
  if (!text.includes('http://www.w3.org/2000/svg')) return `${name} is no SVG: it lacks its xmlns`;
  const encoding = /^\uFEFF?\s*<\?xml\s[^>]*encoding\s*=\s*["']([^"']*)/.exec(text)?.[1];
  if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') return `${name} is not in UTF-8`;
  if ([...text.matchAll(COPY)].length > MAX_COPIES)
    return `${name} holds more than ${MAX_COPIES} copies (<use>)`;
  const found = REFUSED.find(([pattern]) => pattern.test(text));
  return found && `${name} holds ${found[1]}: save it as plain SVG, or use a PNG`;
}
