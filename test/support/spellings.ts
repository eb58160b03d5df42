/** The ways in which a secret would stand somewhere if it was written down carelessly. */
export function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  const encoded = (['hex', 'base64', 'base64url'] as const).map((encoding) =>
    bytes.toString(encoding).replace(/=+$/, '').slice(0, -1),
  );
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...encoded];
}

/** Whether the text shows the value in any of its spellings. Six digits, as of a mailed code, count as a word. */
export function shows(text: string, value: string): boolean {
  if (/^\d{6}$/.test(value)) return new RegExp(`(?<![\\w.-])${value}(?![\\w.-])`).test(text);
  return spellings(value).some((spelling) => text.includes(spelling));
}
