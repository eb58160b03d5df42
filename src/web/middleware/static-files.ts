import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WebMiddleware } from '../web-state.ts';
import { showError } from './errors.ts';

const PREFIX = '/static/';
const TOUCH_ICON = 'apple-touch-icon.png';

/** Asked for by browsers and phones that no page has told to. */
const UNASKED: Readonly<Record<string, string>> = {
  '/favicon.ico': 'favicon.ico',
  '/apple-touch-icon.png': TOUCH_ICON,
  '/apple-touch-icon-precomposed.png': TOUCH_ICON,
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const FOR_EVER = 'public, max-age=31536000, immutable';
/** Asked for at every visit, under one address for all versions. */
const FOR_A_DAY = 'public, max-age=86400';

/** Of a library, served beside ours as it was installed: name → file. */
export const LIBRARY_FILES: Readonly<Record<string, string>> = {
  'simplewebauthn.js': fileURLToPath(
    new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser')),
  ),
};

interface StaticFile {
  content: Buffer;
  type: string;
  etag: string;
  /** Of others, and so never a page by itself: opened by its address it can run nothing. */
  foreign: boolean;
}

interface StaticFilesOptions {
  /** Read for each request instead, while they are being written. */
  readonly fresh?: boolean;
  /** Files of the brand, by name. */
  readonly brand?: ReadonlyMap<string, Buffer>;
  /** The brand's own, by its name in `brand`: what is asked for unasked is this one, never ours. */
  readonly icon?: string | undefined;
}

/**
 * Serves the files of one folder and those of libraries, read once at start, under their exact names. Pages name them with the first
 * 12 digits of their content's SHA-256 (`?v=`); under that address, and no other, they may be cached for ever.
 * @throws Error at start when a file's type is unknown
 */
export function staticFiles(
  folder: string,
  { fresh = false, brand, icon }: StaticFilesOptions = {},
): WebMiddleware {
  const brandFiles = [...(brand ?? [])].map(
    ([name, content]) => [name, fileOf(name, content, true)] as const,
  );
  const read = () => new Map([...readFiles(folder), ...brandFiles]);
  const atStart = read();
  return async function serveStaticFile(ctx, next) {
    const unasked = UNASKED[ctx.path];
    if (unasked === undefined && !ctx.path.startsWith(PREFIX)) return next();
    ctx.state.route = `${PREFIX}*`;
    const files = fresh ? read() : atStart;
    const name = unasked ? iconOf(unasked, icon) : ctx.path.slice(PREFIX.length);
    const file = name === undefined ? undefined : files.get(name);
    if (!file) return showError(ctx, 'not-found');
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD');
      return showError(ctx, 'method-not-allowed');
    }
    ctx.state.sandboxed = file.foreign;
    const named = ctx.query['v'] === file.etag.slice(0, 12);
    ctx.set('Cache-Control', named ? FOR_EVER : unasked ? FOR_A_DAY : 'public, no-cache');
    ctx.status = 200;
    ctx.etag = file.etag;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.type = file.type;
    ctx.body = file.content;
  };
}

/** Phones take no drawing for their home screen: they make something of their own where there is no picture. */
function iconOf(unasked: string, ofBrand: string | undefined): string | undefined {
  const isDrawing = ofBrand?.endsWith('.svg') === true;
  return isDrawing && unasked === TOUCH_ICON ? undefined : (ofBrand ?? unasked);
}

function readFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : [],
  );
  const ours = names.map((name) => [name, readFile(name, join(folder, name))] as const);
  const others = Object.entries(LIBRARY_FILES).map(([name, file]) => [name, readFile(name, file)] as const);
  return new Map([...ours, ...others]);
}

function readFile(name: string, file: string): StaticFile {
  return fileOf(name, readFileSync(file), false);
}

function fileOf(name: string, content: Buffer, foreign: boolean): StaticFile {
  const type = TYPES[extname(name)];
  if (!type) throw new Error(`static file of unknown type: ${name}`);
  const etag = createHash('sha256').update(content).digest('hex').slice(0, 32);
  return { content, type, etag, foreign };
}
