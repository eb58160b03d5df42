/*
 * No browser says by itself in which time zone it is. This tells the server, by a cookie, so that the next page has its
 * times in it; and the times of this page, which the server could only tell in UTC, it tells anew, in the language of
 * the page. Without it they are in UTC, and say so.
 */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const name = location.protocol === 'https:' ? '__Host-latchkey_tz' : 'latchkey_tz';
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser
  document.cookie = `${name}=${encodeURIComponent(zone)}; Path=/; SameSite=Lax${secure}`;

  const { locale } = document.currentScript.dataset;
  if (!locale || zone === 'UTC') return;
  const looks = { moment: { dateStyle: 'long', timeStyle: 'short' }, day: { dateStyle: 'long' } };
  for (const time of document.querySelectorAll('time[data-told]')) {
    const told = new Intl.DateTimeFormat(locale, looks[time.dataset.told]);
    time.textContent = told.format(new Date(time.dateTime));
  }
})();
