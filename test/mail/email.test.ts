/** Mails of ours, as a reader shows them: in text, and in HTML in a real browser. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import { REMEDIES } from '../../src/alerts/remedies.ts';
import { EVENT_KINDS } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { launchBrowser } from '../support/browser.ts';
import { serviceAt } from '../support/service.ts';

/** Marks that turn the direction of reading, mark-up, line breaks, terminal codes, and far too much of it all. */
const HOSTILE = [
  `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`,
  '\u202Egnp.exe\u202C \u2066x\u2069 \u200Bzero\u200Dwidth\uFEFF',
  'a\r\nBcc: everybody@example.org\r\n\r\nand more',
  '\u001B[31mred\u0007',
  '\u05D0\u05D1\u05D2 (\u05D3)',
  'W'.repeat(10_000),
];

const SETTINGS = {
  reader: ENGLISH,
  service: serviceAt('https://link.example.net'),
  dispute: () => 'https://link.example.net/not-me/abc',
};

const entry = (name: string): ActivityEntry => ({
  id: '1-1',
  at: Date.parse('2026-03-05T14:07:00Z'),
  event: {
    kind: 'device-linked',
    by: 'owner',
    place: { address: '192.0.2.7', userAgent: name },
    subject: { type: 'device', id: 'x' },
  },
  device: { name, type: 'tv', model: name, app: 'Telly' },
});
const mailOf = (name: string) => alertMail('ada@example.org', [entry(name)], SETTINGS);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('an alert', () => {
  it.each(HOSTILE.map((name, index) => [index, name] as const))(
    'whose device calls itself something hostile (%i) injects nothing, runs nothing, reorders nothing',
    async (_index, name) => {
      const mail = mailOf(name);
      expect(mail.subject).not.toMatch(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u);
      expect(mail.subject.length).toBeLessThan(200);
      expect(mail.text).not.toMatch(/^Bcc:/m);
      const context = await browser.newContext({ javaScriptEnabled: true });
      const page = await context.newPage();
      await page.setContent(mail.html ?? '');
      expect(await page.title()).not.toBe('run');
      expect(await page.locator('img, script, iframe').count()).toBe(0);
      expect(await page.locator('h1').innerText()).toBe('A device was linked to your account');
      expect(await page.locator('tr').allInnerTexts()).toEqual([
        expect.stringMatching(/^When\s+5 March 2026/),
        expect.stringMatching(/^It calls itself\s+“.*”$/s),
        expect.stringMatching(/^App\s+“Telly”/),
        expect.stringMatching(/^From\s.*192·0·2·7$/s),
      ]);
      expect(await page.locator('a').getAttribute('href')).toBe('https://link.example.net/not-me/abc');
      // What ends access is red, as on the pages.
      const colour = await page.evaluate("getComputedStyle(document.querySelector('a')).backgroundColor");
      expect(colour).toBe('rgb(163, 34, 27)');
      await context.close();
    },
  );

  it('has the same facts in text and in HTML, and a heading for every kind of event', () => {
    for (const kind of EVENT_KINDS) {
      const told = entry('Radio');
      const mail = alertMail('ada@example.org', [{ ...told, event: { ...told.event, kind } }], SETTINGS);
      const footnote =
        'You get this mail because you have an account at Latchkey on https://link.example.net.' +
        (REMEDIES[kind] === 'nothing'
          ? ''
          : ' A button works once, for 7 days; it can only take access away.');
      for (const said of [mail.subject, '5 March 2026 at 14:07 UTC', 'Telly', footnote]) {
        expect(mail.text.replaceAll('\n', ' ')).toContain(said);
        expect(mail.html?.replaceAll('&#39;', "'")).toContain(said);
      }
    }
  });
});
