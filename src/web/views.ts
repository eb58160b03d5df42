/** Turns a typed page into HTML. Templates are eta with auto-escaping. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import { type Brand, LATCHKEY } from '../brand/brand.ts';
import { BRAND_SHEET, brandFiles } from '../brand/brand-files.ts';
import { Languages, languageName } from '../words/languages.ts';
import { escapeHtml, Html, isolated } from '../words/mark-up.ts';
import { ENGLISH, type Reader } from '../words/reader.ts';
import { LIBRARY_FILES } from './middleware/static-files.ts';
import { ACCOUNT_SECTIONS } from './pages/account-sections.ts';
import { CONSOLE_SECTIONS } from './pages/console.ts';
import { fieldErrorsOf } from './pages/field-errors.ts';
import { type Documents, footerOf } from './pages/footer.ts';
import { labelsFor } from './pages/labels-for.ts';
import { toldTimes } from './pages/told-times.ts';
import type { PageName, View } from './pages/view.ts';
import { TEMPLATES } from './templates.ts';
import { withWholeWords } from './whole-words.ts';

export const PAGE_NAMES = Object.keys(TEMPLATES) as readonly PageName[];

/** The sheets of `static/` in the order in which they build on each other. */
const SHEETS = [
  'latchkey.css',
  'page.css',
  'bar.css',
  'buttons.css',
  'forms.css',
  'ticks.css',
  'device.css',
  'confirm.css',
  'code-frames.css',
  'waiting.css',
  'pieces.css',
  'account.css',
  'access.css',
  'access-rows.css',
  'thing.css',
  'activity.css',
  'security.css',
  'factors.css',
  'upstream.css',
  'enlarged.css',
];

/** Of the operator console, which has a head and colours of its own. */
const CONSOLE_SHEETS = [
  'latchkey.css',
  'page.css',
  'buttons.css',
  'forms.css',
  'console.css',
  'console-lists.css',
];

/** In this order: the second uses the first. */
const PASSKEY_SCRIPTS = [...Object.keys(LIBRARY_FILES), 'passkeys.js'];

interface Assets {
  /** Beside the name, where there is no logo. */
  readonly mark: string | undefined;
  readonly logo: string | undefined;
  /** Of the logo, where the reader's screen is dark. */
  readonly logoDark: string | undefined;
  /** By the name that their `logo_file` says. */
  readonly logosOfApps: ReadonlyMap<string, string>;
  readonly sheets: readonly string[];
  readonly icons: string;
  readonly favicon: { readonly address: string; readonly type: string };
  /** For the home screen of a phone; a drawing of the brand's own is of no use there. */
  readonly touchIcon: string | undefined;
  /** For the pages that ask for a passkey, and no other. */
  readonly passkeyScripts: readonly string[];
  /** For pages with times, and those before them. */
  readonly time: string;
  /** For the page that leads on by a form. */
  readonly sendForm: string;
  /** For pages that ask for a new password. */
  readonly newPassword: string;
  /** For the page that asks for the code of a device. */
  readonly userCode: string;
  /** For the page that waits for a device. */
  readonly waiting: string;
  /** Sheets of the operator console, in the place of the others. */
  readonly console: readonly string[];
  /** For the television of development, which has none of the sheets of other pages. */
  readonly demoTv: { readonly sheets: readonly string[]; readonly script: string };
}

interface ViewsOptions {
  /** The folder that holds the templates and `static/`. */
  readonly viewsDir: string;
  /** Keep compiled templates and the addresses of assets; off only while these are being written. */
  readonly cache: boolean;
  /** Latchkey's own where absent. */
  readonly brand?: Brand;
  /** The operator's own documents, at the foot of each page. */
  readonly documents?: Documents;
  /** English alone where absent. */
  readonly languages?: Languages;
}

export interface Views {
  /** Those that pages are served in. */
  readonly languages: Languages;
  /**
   * The whole HTML document of a page.
   * @param here its path and query, where it can be come back to
   * @throws only where a template is broken
   */
  render(view: View, reader?: Reader, here?: string): string;
}

/**
 * The address of each asset carries the hash of its content, so that it may be cached for ever and yet a new
 * version is seen at once.
 */
function assetAddresses(viewsDir: string, brand: Brand): Assets {
  const ofBrand = brandFiles(brand);
  const addressOf = (name: string): string => {
    const content = ofBrand.get(name) ?? readFileSync(LIBRARY_FILES[name] ?? join(viewsDir, 'static', name));
    return `/static/${name}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  };
  const icon = brand.icon?.name ?? 'favicon.svg';
  return {
    mark: brand.icon && addressOf(brand.icon.name),
    logo: brand.logo && addressOf(brand.logo.name),
    logoDark: brand.logoDark && addressOf(brand.logoDark.name),
    logosOfApps: new Map([...brand.logosOfApps].map(([file, { name }]) => [file, addressOf(name)])),
    sheets: [...SHEETS, ...(ofBrand.has(BRAND_SHEET) ? [BRAND_SHEET] : [])].map(addressOf),
    icons: addressOf('icons.svg'),
    favicon: { address: addressOf(icon), type: icon.endsWith('.svg') ? 'image/svg+xml' : 'image/png' },
    touchIcon: brand.icon?.name.endsWith('.svg')
      ? undefined
      : addressOf(brand.icon?.name ?? 'apple-touch-icon.png'),
    passkeyScripts: PASSKEY_SCRIPTS.map(addressOf),
    time: addressOf('time.js'),
    sendForm: addressOf('send-form.js'),
    newPassword: addressOf('new-password.js'),
    userCode: addressOf('user-code.js'),
    waiting: addressOf('waiting.js'),
    console: CONSOLE_SHEETS.map(addressOf),
    demoTv: {
      sheets: ['demo-tv.css', 'demo-tv-set.css', 'demo-tv-drawer.css'].map(addressOf),
      script: addressOf('demo-tv.js'),
    },
  };
}

/** Reads the assets once, and each template at its first use. Throws where the folder is not a views folder. */
export function createViews(options: ViewsOptions): Views {
  const { viewsDir, cache, brand = LATCHKEY, documents, languages = new Languages(['en']) } = options;
  const eta = new Eta({ views: viewsDir, cache, autoEscape: true, varName: 'it' });
  const atStart = assetAddresses(viewsDir, brand);
  return {
    languages,
    render: (view, reader = ENGLISH, here = '/') =>
      withWholeWords(
        eta.render(TEMPLATES[view.page], {
          ...view,
          ...wordsFor(reader),
          ...toldTimes(reader, view.page),
          errors: fieldErrorsOf(view, reader),
          sections: Object.entries(ACCOUNT_SECTIONS),
          consoleSections: Object.entries(CONSOLE_SECTIONS),
          brand,
          ownPath: here,
          chooser: languages.served.length > 1 ? { here, name: languageName(reader.language) } : undefined,
          footer: footerOf(reader, brand, documents),
          assets: cache ? atStart : assetAddresses(viewsDir, brand),
        }),
      ),
  };
}

/** How a template says something to this reader. */
function wordsFor(reader: Reader) {
  return {
    reader,
    /** A message in plain words: `<%= it.t('key', { … }) %>`. */
    t: reader.t.bind(reader),
    /** A message as mark-up: `<%~ it.html('key', { … }) %>`. */
    html: reader.html.bind(reader),
    /** For a value of `html`: words of a device, an app or a person, with classes of their own. */
    isolated,
    /** The same, in bold. */
    strong: (words: string, names: string) =>
      new Html(`<bdi class="${names}"><strong>${escapeHtml(words)}</strong></bdi>`),
    /** For a value of `html`: words of ours, which need no setting apart. */
    plain: (words: string | number) => new Html(escapeHtml(String(words))),
    /** For a value of `html`: what names a request, in the log as well. */
    reference: (id: string) => new Html(`<span class="break">${escapeHtml(id)}</span>`),
    /** Words of devices, apps and people, one behind the other. */
    listed: (words: readonly string[]) => new Html(words.map((one) => isolated(one)).join(', ')),
    labels: labelsFor(reader),
  };
}
