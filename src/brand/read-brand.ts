import { isUtf8 } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors/operator-error.ts';
import { isPlainAddress } from '../net/plain-address.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';
import { type Brand, type BrandPicture, LATCHKEY } from './brand.ts';
import { contrastError, DARK, LIGHT, nearestThatPasses, paletteOf } from './palette.ts';
import { pictureError } from './picture.ts';

/** All that is wrong in BRAND_DIR, a line each. */
class BrandError extends OperatorError {
  constructor(errors: readonly string[]) {
    super(`Latchkey cannot start with this BRAND_DIR:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
    this.name = 'BrandError';
  }
}

const MAX_NAME = 30;
/** They are kept in memory. */
const MAX_LOGOS = 100;
const LOGO_NAME = /^[\w-]{1,60}\.(svg|png)$/i;

const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'a colour is # and six hexadecimal digits, such as #0d5c63')
  .transform((text) => text.toLowerCase());

/** The pictures lie beside brand.json: what is named is no way to other folders. */
const picture = z.string().refine((name) => basename(name) === name && !name.startsWith('.'), {
  message: 'the name of a file in BRAND_DIR',
});

const address = z
  .string()
  .max(500)
  .regex(/^(?:https:\/\/[^/\s]\S*|mailto:[^\s@]+@[^\s@]+)$/, 'begins with https:// or mailto:')
  .refine(isPlainAddress, 'begins with https:// or mailto:, and is an address without a password');

const ADDRESS = 'begins with https:// or mailto:, or is such an address for each language';

/** One for all readers, or one for each language: the first is for those who read another one. */
const addresses = z.union(
  [
    address,
    z
      .record(z.string().regex(/^[a-z]{2,3}(?:-[\w-]{2,20})?$/), address)
      .refine((by) => Object.keys(by).length > 0, ADDRESS),
  ],
  ADDRESS,
);

/** A letter, a digit or a picture that is seen: others are no name by themselves. */
const SEEN = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{ExtPict}]/u;

const brandFile = z.strictObject({
  // It is a mail's subject and a heading of ours: nothing that is not seen, and no second line.
  name: z
    .string()
    .trim()
    .regex(/^[^\p{C}\p{Zl}\p{Zp}<>"\\]+$/u, 'letters, digits, spaces and signs, without < > " and \\')
    .refine((name) => SEEN.test(name), 'letters, digits, spaces and signs, one of which is seen')
    .refine((name) => [...name].length <= MAX_NAME, `at most ${MAX_NAME} characters`),
  logo: picture.optional(),
  logo_dark: picture.optional(),
  icon: picture.optional(),
  color: color.optional(),
  color_dark: color.optional(),
  support: addresses.optional(),
  imprint: addresses.optional(),
});

type BrandFile = z.infer<typeof brandFile>;

/**
 * Reads the operator's brand.
 * @param folder the folder with brand.json and its pictures; `undefined`: everything says Latchkey
 * @throws BrandError naming every error
 */
export async function readBrand(folder: string | undefined): Promise<Brand> {
  if (folder === undefined) return LATCHKEY;
  const file = await readBrandFile(join(folder, 'brand.json'));
  const errors = [...colorErrors(file)];
  const pictures = {
    logo: await readPicture(folder, 'logo', file.logo, errors),
    logoDark: await readPicture(folder, 'logo_dark', file.logo_dark, errors),
    icon: await readPicture(folder, 'icon', file.icon, errors),
  };
  const logosOfApps = await readLogos(join(folder, 'apps'), errors);
  if (pictures.logoDark && !pictures.logo) errors.push('brand.json: logo_dark needs logo');
  if (errors.length > 0) throw new BrandError(errors);
  const { name, support, imprint } = file;
  return { name, isOurs: false, support, imprint, ...pictures, logosOfApps, colors: colorsOf(file) };
}

async function readBrandFile(path: string): Promise<BrandFile> {
  const content = await readFile(path).catch((error: Error) => {
    throw new BrandError([`brand.json: ${error.message}`]);
  });
  if (!isUtf8(content)) throw new BrandError(['brand.json: is not in UTF-8']);
  const parsed = brandFile.safeParse(parseJson(withoutByteOrderMark(content.toString())));
  if (parsed.success) return parsed.data;
  throw new BrandError(
    parsed.error.issues.map(
      ({ path: [field], message }) => `brand.json: ${field ? `${String(field)}: ` : ''}${message}`,
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrandError([`brand.json: ${(error as SyntaxError).message}`]);
  }
}

function colorErrors({ color: light, color_dark: dark }: BrandFile): string[] {
  const wrong = [
    ['color', light && contrastError(light, LIGHT)],
    ['color_dark', dark && contrastError(dark, DARK)],
  ] as const;
  const errors = wrong.flatMap(([field, error]) => (error ? [`brand.json: ${field}: ${error}`] : []));
  return dark && !light ? [...errors, 'brand.json: color_dark needs color'] : errors;
}

/** The colour of dark pages is the same hue, as light as it has to be there, where the operator names none. */
function colorsOf({ color: light, color_dark: dark }: BrandFile): Brand['colors'] {
  if (light === undefined) return undefined;
  return {
    light: paletteOf(light, LIGHT),
    dark: paletteOf(dark ?? nearestThatPasses(light, DARK), DARK),
  };
}

async function readPicture(
  folder: string,
  field: string,
  file: string | undefined,
  errors: string[],
): Promise<BrandPicture | undefined> {
  if (file === undefined) return undefined;
  const path = join(folder, file);
  const content = await readFile(path).catch((error: Error) => {
    errors.push(`brand.json: ${field}: ${file}: ${error.message}`);
  });
  if (!content) return undefined;
  const error = pictureError(file, content);
  if (error !== undefined) errors.push(`brand.json: ${field}: ${error}`);
  return { name: `brand-${field.replace('_', '-')}${extname(file).toLowerCase()}`, content };
}

/** The pictures in the folder `apps`, checked as those of the brand are. A client of the operator names one. */
async function readLogos(folder: string, errors: string[]): Promise<ReadonlyMap<string, BrandPicture>> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // There need be none.
    if (error.code !== 'ENOENT') errors.push(`apps: ${error.message}`);
    return [];
  });
  const pictures = files.filter((name) => /\.(svg|png)$/i.test(name)).sort();
  if (pictures.length > MAX_LOGOS) errors.push(`apps: ${pictures.length} pictures, at most ${MAX_LOGOS}`);
  const logos = new Map<string, BrandPicture>();
  for (const file of pictures.slice(0, MAX_LOGOS)) {
    const name = `app-${file.toLowerCase()}`;
    const [twin] = [...logos].find(([, logo]) => logo.name === name) ?? [];
    const read = await readLogo(folder, file);
    const error = twin === undefined ? read.error : `${file}: there is a ${twin} as well`;
    if (error !== undefined) errors.push(`apps: ${error}`);
    if (read.content) logos.set(file, { name, content: read.content });
  }
  return logos;
}

async function readLogo(folder: string, file: string): Promise<{ content?: Buffer; error?: string }> {
  if (!LOGO_NAME.test(file)) return { error: `${file}: letters, digits, - and _` };
  try {
    const content = await readFile(join(folder, file));
    const error = pictureError(file, content);
    return { content, ...(error !== undefined && { error }) };
  } catch (error) {
    return { error: `${file}: ${(error as Error).message}` };
  }
}
