/** The host of an address, an IPv6 one without its brackets. The parser has made one spelling of decimal, octal and hexadecimal addresses. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
