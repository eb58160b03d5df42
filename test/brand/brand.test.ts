/** An operator who puts their own name, colours and logo on the pages, or tries to with ones that do not do. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LATCHKEY } from '../../src/brand/brand.ts';
import { brandFiles } from '../../src/brand/brand-files.ts';
import { contrast } from '../../src/brand/color.ts';
import { DARK, LIGHT } from '../../src/brand/palette.ts';
import { readBrand } from '../../src/brand/read-brand.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const svg = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${inside}</svg>`;
const doubled = (at: number) => `<g id="g${at + 1}"><use href="#g${at}"/><use href="#g${at}" x="1"/></g>`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-brand-'));
  await writeFile(join(folder, 'logo.png'), PNG);
});
afterAll(() => rm(folder, { recursive: true }));

const isWritten = (file: unknown) => typeof file === 'string' || Buffer.isBuffer(file);

async function brandOf(file: unknown) {
  await writeFile(join(folder, 'brand.json'), isWritten(file) ? file : JSON.stringify(file));
  return readBrand(folder);
}

const logoOf = async (content: string | Buffer) => {
  await writeFile(join(folder, 'logo.svg'), content);
  return brandOf({ name: 'Riverside', logo: 'logo.svg' });
};

describe('a brand', () => {
  it('is Latchkey’s own where the operator names none', async () => {
    expect(await readBrand(undefined)).toBe(LATCHKEY);
    expect([...brandFiles(LATCHKEY)]).toEqual([]);
  });

  it('has what the operator gives: a byte-order mark is read over', async () => {
    const brand = await brandOf(
      `\uFEFF${JSON.stringify({
        name: ' Riverside ',
        color: '#7A1FA2',
        logo: 'logo.png',
        support: 'mailto:help@riverside.example',
        imprint: 'https://riverside.example/imprint',
      })}`,
    );
    expect(brand).toMatchObject({
      name: 'Riverside',
      isOurs: false,
      support: 'mailto:help@riverside.example',
      imprint: 'https://riverside.example/imprint',
      colors: { light: { brand: '#7a1fa2', onBrand: '#ffffff' } },
    });
    expect([...brandFiles(brand).keys()]).toEqual(['brand.css', 'brand-logo.png']);
    expect(String(brandFiles(brand).get('brand.css'))).toContain('--brand: #7a1fa2;');
  });

  it('is told all that is wrong with it at once', async () => {
    const wrong = brandOf({ name: 'Riverside', color: '#9a9a9a', color_dark: '#202020', logo: 'none.png' });
    await expect(wrong).rejects.toThrow(
      /color: #9a9a9a[\s\S]*color_dark: #202020[\s\S]*logo: none.png: ENOENT/,
    );
  });

  it.each([
    [{}, 'brand.json: name:'],
    [{ name: '' }, 'brand.json: name: letters, digits, spaces and signs'],
    [{ name: 'x'.repeat(31) }, 'brand.json: name: at most 30 characters'],
    [{ name: 'River\u202eside' }, 'brand.json: name: letters, digits, spaces and signs'],
    [{ name: 'River\nside' }, 'brand.json: name: letters, digits, spaces and signs'],
    [{ name: 'Riverside', colour: '#000000' }, 'brand.json: Unrecognized key: "colour"'],
    [{ name: 'Riverside', color: 'red' }, 'brand.json: color: a colour is # and six hexadecimal digits'],
    [{ name: 'Riverside', color_dark: '#ffffff' }, 'brand.json: color_dark needs color'],
    [{ name: 'Riverside', logo_dark: 'logo.png' }, 'brand.json: logo_dark needs logo'],
    [{ name: 'Riverside', logo: '../logo.png' }, 'brand.json: logo: the name of a file in BRAND_DIR'],
    [{ name: 'Riverside', logo: 'brand.json' }, 'brand.json: logo: brand.json is neither .svg nor .png'],
    [
      { name: 'Riverside', support: 'http://x.example' },
      'brand.json: support: begins with https:// or mailto:',
    ],
    [{ name: 'Riverside', support: 'javascript:alert(1)' }, 'brand.json: support: begins with https://'],
    [{ name: 'Riverside', support: 'https://[' }, 'brand.json: support: begins with https://'],
    [
      { name: 'Riverside', support: 'https://me:pass@x.example' },
      'brand.json: support: begins with https://',
    ],
    [
      { name: 'Riverside', imprint: 'https://x.example/\u202ea' },
      'brand.json: imprint: begins with https://',
    ],
    [{ name: '\u3164\u2800' }, 'brand.json: name: letters, digits, spaces and signs'],
    [{ name: '\ufe0f' }, 'brand.json: name: letters, digits, spaces and signs'],
    [{ name: 'Riverside', support: {} }, 'brand.json: support: begins with https://'],
    [{ name: 'Riverside', support: { en: 'http://x.example' } }, 'brand.json: support: begins with https://'],
    [
      { name: 'Riverside', support: { English: 'https://x.example' } },
      'brand.json: support: begins with https://',
    ],
    [{ name: '...' }, 'brand.json: name: letters, digits, spaces and signs'],
    ['{', 'brand.json: '],
    ['[]', 'brand.json: '],
    [Buffer.from('{"name":"R\xff"}', 'latin1'), 'brand.json: is not in UTF-8'],
  ])('%j is refused by name', async (file, message) => {
    await expect(brandOf(file)).rejects.toThrow(message);
  });

  it('that lacks its file is told so', async () => {
    await expect(readBrand(join(folder, 'nowhere'))).rejects.toThrow('brand.json: ENOENT');
  });
});

describe('a colour of a brand', () => {
  it('that cannot be read does not start, and the nearest that passes is named, and passes', async () => {
    // 3.9:1 on the darkest of our light pages.
    const found = await brandOf({ name: 'Riverside', color: '#12847c' }).catch(
      (error: Error) => error.message,
    );
    const [, ratio, nearest = ''] =
      /#12847c has a contrast of (\d\.\d):1 on our light pages, and text needs 4\.5:1; the nearest that passes is (#\w{6})/.exec(
        String(found),
      ) ?? [];
    expect(ratio).toBe('3.9');
    const brand = await brandOf({ name: 'Riverside', color: nearest });
    expect(brand.colors?.light.brand).toBe(nearest);
    expect(Math.min(...LIGHT.colors.map((other) => contrast(nearest, other)))).toBeLessThan(4.8);
  });

  it('of any hue gives a palette in which all text is read, on light and on dark pages', async () => {
    for (let hue = 0; hue < 4096; hue += 37) {
      const color = `#${[hue >> 8, (hue >> 4) & 15, hue & 15].map((part) => `${part.toString(16)}${part.toString(16)}`).join('')}`;
      const brand = await brandOf({ name: 'Riverside', color }).catch(async (error: Error) =>
        brandOf({ name: 'Riverside', color: /passes is (#\w{6})/.exec(error.message)?.[1] }),
      );
      for (const [palette, ground] of [
        [brand.colors?.light, LIGHT],
        [brand.colors?.dark, DARK],
      ] as const) {
        if (!palette) throw new Error(`${color} has no palette`);
        const shown = [...ground.colors, palette.wash].map((other) => contrast(palette.brand, other));
        const buttons = [palette.brand, palette.strong].map((button) => contrast(palette.onBrand, button));
        expect([color, Math.min(...shown, ...buttons) >= 4.5]).toEqual([color, true]);
      }
    }
  });

  it('is measured as the standard does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  it('is held against the pages as their sheet has them', async () => {
    const sheet = await readFile(join(import.meta.dirname, '../../views/static/latchkey.css'), 'utf8');
    const [light = '', dark = ''] = sheet.split('@media (prefers-color-scheme: dark)');
    const groundOf = (text: string) =>
      ['card', 'paper', 'sunk'].map((name) => new RegExp(`--${name}: (#\\w{6})`).exec(text)?.[1]);
    expect([groundOf(light), groundOf(dark)]).toEqual([LIGHT.colors, DARK.colors]);
  });
});

describe('a picture of a brand', () => {
  it.each([
    svg('<path d="M0 0h32v32z"/>'),
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- by hand -->\n${svg('<defs><linearGradient id="g"/></defs><use href="#g"/><path fill="url(#g)"/>')}`,
    svg('<style>.one{fill:#123}</style><text font-size="3">on</text>'),
  ])('that only draws is taken', async (content) => {
    expect((await logoOf(content)).logo?.content.toString()).toBe(content);
  });

  it.each([
    [svg('<script>alert(1)</script>'), 'a script'],
    [svg('<svg:script xmlns:svg="http://www.w3.org/2000/svg">alert(1)</svg:script>'), 'a script'],
    [svg('<path onclick="alert(1)"/>'), 'an attribute that runs a script'],
    [svg('<path\nonload = "alert(1)"/>'), 'an attribute that runs a script'],
    [svg('<foreignObject><p>hello</p></foreignObject>'), 'a script or a page'],
    [`<!DOCTYPE svg [<!ENTITY a "b">]>${svg('')}`, 'is no SVG'],
    [svg('<image href="https://evil.example/a.png"/>'), 'a reference outside the file'],
    [svg('<image xlink:href="data:image/svg+xml,x"/>'), 'a reference outside the file'],
    [svg('<use href="other.svg#a"/>'), 'a reference outside the file'],
    [svg('<path fill="url(https://evil.example/a)"/>'), 'a reference outside the file'],
    [svg('<style>@import "https://evil.example/a.css"</style>'), 'a reference outside the file'],
    [svg('<a href="&#106;avascript:alert(1)"/>'), 'a reference outside the file'],
    [svg('<style>a{fill:\\75rl(https://evil.example)}</style>'), 'hidden characters'],
    [svg('<set attributeName="href" to="x"/>'), 'a changing link'],
    [svg('<set id=">" attributeName="href" to="x"/>'), 'a changing link'],
    [svg('<é:set xmlns:é="http://www.w3.org/2000/svg" attributeName="é:href" to="x"/>'), 'a changing link'],
    [svg('<é:script xmlns:é="http://www.w3.org/2000/svg">alert(1)</é:script>'), 'a script or a page'],
    [svg('<h:meta xmlns:h="http://www.w3.org/1999/xhtml" http-equiv="refresh"/>'), 'a script or a page'],
    [svg('<g xml:base="https://evil.example/"><use href="#a"/></g>'), 'a reference outside the file'],
    [svg('<a href="#a" ping="https://evil.example"/>'), 'a reference outside the file'],
    [svg('<style>a{fill:src("https://evil.example")}</style>'), 'a reference outside the file'],
    // Each draws the one before twice: a thousand million squares in 3 kB.
    [svg(Array.from({ length: 30 }, (_, at) => doubled(at)).join('')), 'more than 20 copies'],
    ['<svg viewBox="0 0 1 1"></svg>', 'is no SVG'],
    [`<?xml-stylesheet href="a.css"?>${svg('')}`, 'is no SVG'],
    ['<html><body>hello</body></html>', 'is no SVG'],
    [Buffer.from(svg(''), 'utf16le'), 'is not in UTF-8'],
    [svg(`<path d="${'M'.repeat(100_000)}"/>`), 'more than 100000'],
  ])('%s is refused by name', async (content, reason) => {
    await expect(logoOf(content)).rejects.toThrow(new RegExp(`logo: logo.svg .*${reason}`));
  });

  it('that calls itself a PNG has to be one', async () => {
    await writeFile(join(folder, 'fake.png'), '<svg/>');
    await expect(brandOf({ name: 'Riverside', logo: 'fake.png' })).rejects.toThrow('fake.png is no PNG');
  });
});

describe('our own name', () => {
  it('stands in no page, mail or text: each says the name of the brand', async () => {
    const views = join(import.meta.dirname, '../../views');
    const names = (await readdir(views, { recursive: true })).filter((name) => name.endsWith('.eta'));
    expect(names.length).toBeGreaterThan(70);
    for (const name of names) {
      const words = (await readFile(join(views, name), 'utf8')).replaceAll(/<%[\s\S]*?%>/g, '');
      expect([name, /latchkey/i.test(words)]).toEqual([name, false]);
    }
  });
});
