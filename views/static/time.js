/*
 * Tells the server in which time zone this browser is, by a cookie: no browser says so by itself. The next page has its
 * times in it; without this they are in UTC, and say so.
 */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const name = location.protocol === 'https:' ? '__Host-latchkey_tz' : 'latchkey_tz';
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser
  document.cookie = `${name}=${encodeURIComponent(zone)}; Path=/; SameSite=Lax${secure}`;
})();
