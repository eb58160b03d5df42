import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createViews, PAGE_NAMES } from '../../src/web/views.ts';
import { itHoldsFor } from '../support/each-sample.ts';
import { addressOfApp, escaped, formsOf, pagesOfMaker, type Tag, tagsOf } from './markup.ts';
import { scriptsOf, withoutTimesOf } from './page-scripts.ts';
import { HOSTILE, SAMPLES } from './samples.ts';

const viewsDir = join(import.meta.dirname, '../../views');
const views = createViews({ viewsDir, cache: true });
const pages = SAMPLES.map(({ name, view }) => ({ name, view, html: views.render(view) }));

const ALLOWED_TAGS = new Set(
  (
    'html head meta title link body a header nav main section form input select option label button p h1 h2 h3 ul ol li dl dt dd div ' +
    'fieldset legend span strong em br bdi time pre svg use path meter details summary footer img picture source table thead tbody tr th td'
  ).split(' '),
);

const ESCAPED = escaped(HOSTILE);

describe('every page, in every state', () => {
  it('has a sample of each page and unique names', () => {
    expect(new Set(SAMPLES.map(({ name }) => name)).size).toBe(SAMPLES.length);
    expect(new Set(SAMPLES.map(({ view }) => view.page))).toEqual(new Set(PAGE_NAMES));
  });

  itHoldsFor(
    pages,
    'nothing but our own mark-up: no style attribute, no handler, a script only to ask for a passkey, to send a form on, to wait for a device or to play one',
    ({ html: sent, view }) => {
      const html = withoutTimesOf(view, sent);
      expect(html.startsWith('<!doctype html>')).toBe(true);
      expect(html.slice(15).match(/<(?![a-z/])/g)).toBeNull();
      const opened = tagsOf(html);
      expect(opened).toHaveLength([...html.matchAll(/<[a-z]/g)].length);
      const source = scriptsOf(view);
      const isOurs = ({ tag, attributes }: Tag) => {
        if (source && tag === 'script') return source.test(attributes.get('src') ?? '');
        if (tag === 'iframe') return view.page === 'outbox-mail';
        return ALLOWED_TAGS.has(tag) || (source !== undefined && tag === 'noscript');
      };
      expect(opened.filter((one) => !isOurs(one))).toEqual([]);
      const names = opened.flatMap(({ attributes }) => [...attributes.keys()]);
      expect(names.filter((name) => /^(style|on.*|formaction|srcdoc)$/.test(name))).toEqual([]);
    },
  );

  itHoldsFor(pages, 'every address is one of this server, but for an app’s own', ({ html, view }) => {
    const addresses = tagsOf(html).flatMap(({ attributes }) =>
      ['href', 'src', 'action'].flatMap((name) => attributes.get(name) ?? []),
    );
    expect(addresses.length).toBeGreaterThan(0);
    const own = view.page === 'add-app' ? [escaped(view.uri), view.uri] : pagesOfMaker(view);
    const others = addresses.filter((address) => !/^(\/(?!\/)|#)/.test(address) && !own.includes(address));
    expect(others.filter((address) => address !== addressOfApp(view))).toEqual([]);
  });

  itHoldsFor(
    pages.filter(({ view }) => 'signedInAs' in view && view.signedInAs),
    'a signed-in owner finds Sign out',
    ({ html }) => {
      const [, header = ''] = /<header class="site">([\s\S]*?)<\/header>/.exec(html) ?? [];
      expect(formsOf(header).join()).toMatch(
        /^<form method="post" action="\/sign-out">[\s\S]*Sign out<\/button>/,
      );
    },
  );

  itHoldsFor(pages, 'no value of a programme shows through', ({ html }) => {
    expect(html).not.toMatch(/undefined|\[object|NaN|>null<|Invalid Date/);
  });

  itHoldsFor(pages, 'one h1, a title, a language, a way past the header', ({ html }) => {
    expect([...html.matchAll(/<h1[ >]/g)]).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]+ – Latchkey<\/title>/);
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('href="#main"');
    expect(html).toContain('<main id="main"');
  });

  itHoldsFor(pages, 'ids are unique and references lead somewhere', ({ html }) => {
    const tags = tagsOf(html);
    const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of tags) {
      const named = ['for', 'aria-describedby', 'aria-labelledby'].flatMap(
        (key) => attributes.get(key)?.split(' ') ?? [],
      );
      const href = attributes.get('href');
      if (href?.startsWith('#')) named.push(href.slice(1));
      for (const id of named) expect(ids).toContain(id);
    }
  });
});

describe('every form', () => {
  itHoldsFor(pages, 'posts with the token against forged requests, or only searches', ({ html, view }) => {
    for (const form of formsOf(html)) {
      // What goes to an app has no token of ours in it.
      if (
        addressOfApp(view) !== undefined &&
        form.includes(`action="${escaped(addressOfApp(view) ?? '')}"`)
      ) {
        expect(form).not.toContain('csrf');
        continue;
      }
      if (/^<form[^>]* method="get"/.test(form)) {
        expect(form).toMatch(/^<form[^>]* role="search"/);
        expect(form).not.toContain(view.csrf);
        continue;
      }
      expect(form).toMatch(/^<form[^>]* method="post"/);
      expect(form.split(`<input type="hidden" name="csrf" value="${view.csrf}">`)).toHaveLength(2);
    }
  });

  itHoldsFor(pages, 'every entry has a label, and says so when it is wrong', ({ html }) => {
    const tags = tagsOf(html);
    const labelled = tags.filter(({ tag }) => tag === 'label').map(({ attributes }) => attributes.get('for'));
    for (const { tag, attributes } of tags) {
      if (!['input', 'select'].includes(tag) || attributes.get('type') === 'hidden') continue;
      expect(labelled).toContain(attributes.get('id'));
      expect(attributes.get('autocomplete')).toBeTruthy();
      const described = attributes.get('aria-describedby') ?? '';
      expect(attributes.has('aria-invalid')).toBe(described.endsWith('-error'));
    }
  });

  const withPassword = pages.filter(({ html }) => /<input[^>]* name="[a-z_]*password"/.test(html));

  itHoldsFor(
    withPassword,
    'a password is hidden while it is typed, and managers can fill it in',
    ({ html }) => {
      const fields = tagsOf(html).filter(({ attributes }) => attributes.get('name')?.endsWith('password'));
      for (const { attributes } of fields) {
        expect(attributes.get('type')).toBe('password');
        expect(attributes.get('autocomplete')).toMatch(/^(current|new)-password$/);
      }
    },
  );

  it('has pages that ask for a password', () => {
    expect(new Set(withPassword.map(({ view }) => view.page)).size).toBeGreaterThanOrEqual(4);
  });

  itHoldsFor(
    pages.filter(({ view }) => 'problem' in view && view.problem),
    'what is wrong is announced at the top, and in the title',
    ({ html }) => {
      expect(html).toContain('role="alert"');
      expect(html).toMatch(/<title>Error: /);
    },
  );
});

describe('what strangers say of themselves', () => {
  const hostile = pages.filter(({ name }) => name.endsWith('-hostile') && !name.startsWith('error'));

  itHoldsFor(hostile, 'is escaped, and outside of attributes kept apart by <bdi>', ({ html }) => {
    const text = html.replaceAll(/<pre[\s\S]*?<\/pre>|<p class="notice"[\s\S]*?<\/p>/g, '');
    expect(html).toContain(ESCAPED);
    expect(html).not.toContain(HOSTILE);
    for (const { index } of text.matchAll(/alert\(/g)) {
      const before = text.slice(0, index);
      const inAttribute = /="[^"<>]*$/.test(before);
      const inBdi = before.lastIndexOf('<bdi') > before.lastIndexOf('</bdi>');
      // An option holds text alone, so it says by itself which way it is read.
      const inOption = /<option[^>]* dir="auto"[^>]*>$/.test(
        before.slice(0, before.lastIndexOf('&quot;&gt;')),
      );
      expect(inAttribute || inBdi || inOption).toBe(true);
    }
  });

  it('templates put in nothing unescaped but other templates', () => {
    const templates = readdirSync(viewsDir, { recursive: true, encoding: 'utf8' }).filter((f) =>
      f.endsWith('.eta'),
    );
    expect(templates.length).toBeGreaterThan(10);
    for (const source of templates.map((template) => readFileSync(join(viewsDir, template), 'utf8'))) {
      for (const [, raw = ''] of source.matchAll(/<%[-_]?\s*~\s*(\S+)/g)) {
        // What `it.html` is given is escaped (`src/words/mark-up.ts`), and times are made of dates. Of mails, `part` includes a template of views/mail/parts; `paragraph` and `button` are parts.
        expect(raw).toMatch(
          /^(include\('(\/partials|\/console|\.\/parts)\/|it\.body$|it\.(html|timeTag|dayTag)\(|(part|paragraph|button)\()/,
        );
      }
      const parts = [...source.matchAll(/const (part|paragraph|button) = \([^)]*\) => (\w+)\(/g)];
      for (const [, name, made] of parts) expect(made).toBe(name === 'part' ? 'include' : 'part');
    }
  });
});

function rendered(name: string): string {
  const page = pages.find((one) => one.name === name);
  if (!page) throw new Error(`no sample ${name}`);
  return page.html;
}

describe('the confirm page (RFC 8628 section 5.4)', () => {
  const html = rendered('device-confirm');

  it('says what asks, from where, when, for which account, what it may do and for how long', () => {
    for (const words of [
      'Living-room TV',
      'Riverside Stick 4K',
      'Riverside Player',
      'WDJB-MJHT',
      '192.168.1.23',
      'It asked from your network, 2\u00a0minutes ago',
      'The same network as this browser',
      '5 March 2026 at 14:07 UTC',
    ]) {
      expect(html).toContain(words);
    }
    expect(html).toContain('<time datetime="2026-03-05T14:07:12.000Z">2\u00a0minutes ago');
    expect(html).toMatch(/ada@example\.com[\s\S]*See your email address/);
    expect(html).toMatch(/<span>Stay signed in until you remove it<[\s\S]*Only link a TV that you can see\./);
    expect(rendered('device-confirm-bare')).toContain('<span>Stay linked until you remove it<');
  });

  it('offers Don’t link first and as large, and puts the focus on neither', () => {
    expect(html.indexOf('value="deny"')).toBeLessThan(html.indexOf('value="approve"'));
    expect(html).toMatch(
      /<div class="pair">\s*<button class="button button-deny"[^>]*>Don’t link<\/button>\s*<button class="button"/,
    );
    expect(html).not.toContain('autofocus');
  });

  it('warns where the device is on another network', () => {
    expect(rendered('device-confirm-different')).toContain('This computer is on a different network');
    expect(html).not.toContain('is on a different network');
  });
});

describe('the way on', () => {
  it('is kept between signing in and creating an account', () => {
    expect(rendered('sign-in-linking')).toContain(
      'href="/sign-up?return_to=%2Fdevice%3Fuser_code%3DWDJB-MJHT"',
    );
    expect(rendered('sign-up')).toContain('name="return_to" value="/device?user_code=WDJB-MJHT"');
  });

  it('is no longer the old code once that is used up by wrong tries', () => {
    expect(rendered('confirm-email-too-many')).not.toContain('name="code"');
    expect(rendered('confirm-email-too-many')).toContain('Send a new code');
  });
});
