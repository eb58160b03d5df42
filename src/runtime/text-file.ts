/** Some editors put a byte-order mark in front of a file: it is no part of what is in it. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
