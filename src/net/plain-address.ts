/** Whether it is an address as a browser reads it, with nothing in it that is not seen, and without a user or a password. */
export function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.username + url.password === '' && !/[\p{C}<>"]/u.test(text);
}
