/** The import rules and bars of docs/architecture.md, held against the tree. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const linesOf = (file: string) => read(file).trimEnd().split('\n').length;

const SOURCES = filesIn('src').filter((file) => file.endsWith('.ts'));
const SCRIPTS = filesIn('src').filter((file) => file.endsWith('.lua'));
/** The rooms from the ground up. A file imports from its own and from those before it, types included. */
const ROOMS = [
  ...['errors', 'runtime', 'net', 'limits', 'config', 'brand', 'words', 'events', 'mail'],
  ...['accounts', 'mfa', 'sessions', 'upstream', 'account-changes', 'devices', 'household', 'voice-code'],
  ...[
    'notices',
    'apps',
    'webhooks',
    'signals',
    'alerts',
    'audit',
    'admin',
    'redis',
    'oidc',
    'web',
    'dev',
    'server',
    'cli',
  ],
];

/** What a file imports: a package's name, or the path of a file of ours. */
function importsOf(file: string): string[] {
  const found = read(file).matchAll(
    /^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => {
    const wanted = from ?? bare ?? dynamic ?? '';
    return wanted.startsWith('.') ? join(dirname(file), wanted) : wanted;
  });
}

/** `src/web/routes/device.ts` is of `web`; `src/config/config.ts` of nothing. */
function folderOf(file: string): string {
  const [, folder = '', rest] = file.split('/');
  return file.startsWith('src/') && rest !== undefined ? folder : '';
}

/** `importer -> imported` of every import that the rule forbids. */
function breaches(forbidden: (file: string, imported: string) => boolean): string[] {
  return SOURCES.flatMap((file) =>
    importsOf(file)
      .filter((imported) => forbidden(file, imported))
      .map((imported) => `${file} -> ${imported}`),
  );
}

const isPackage = (imported: string, name: string) => imported === name || imported.startsWith(`${name}/`);

describe('imports point one way', () => {
  it('the sources are found', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(importsOf('src/main.ts')).toContain('src/server/server.ts');
  });

  it.each([
    ['ioredis', 'redis'],
    ['oidc-provider', 'oidc'],
  ])('only %s’s own folder src/%s imports it', (name, folder) => {
    expect(breaches((file, imported) => isPackage(imported, name) && folderOf(file) !== folder)).toEqual([]);
  });

  it('every source stands in a room, and every room has sources', () => {
    const rooms = SOURCES.filter((file) => file !== 'src/main.ts').map(folderOf);
    expect([...new Set(rooms)].sort()).toEqual([...ROOMS].sort());
  });

  it('docs/architecture.md lists the rooms in this order', () => {
    const [, list = ''] = read('docs/architecture.md').split('```');
    expect([...list.matchAll(/^ {2}([\w-]+)\/ /gm)].map(([, room]) => room)).toEqual(ROOMS);
  });

  it('an import goes to the same room or to one below it', () => {
    const upwards = (file: string, imported: string) =>
      folderOf(file) !== '' && ROOMS.indexOf(folderOf(imported)) > ROOMS.indexOf(folderOf(file));
    expect(breaches(upwards)).toEqual([]);
  });

  it.each([
    ['redis', []],
    ['oidc', ['redis']],
    ['web', ['redis', 'oidc']],
    ['dev', ['redis', 'oidc', 'web']],
  ])('src/%s imports nothing of %j', (room, others: readonly string[]) => {
    const wrong = (file: string, imported: string) =>
      folderOf(file) === room && others.includes(folderOf(imported));
    expect(breaches(wrong)).toEqual([]);
  });

  it('what runs needs no development package', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const nameOf = (imported: string) => /^(@[^/]+\/)?[^/]+/.exec(imported)?.[0] ?? imported;
    const isDevelopment = (_file: string, imported: string) =>
      !/^(node:|src\/|locales\/|\w+\.json$|package\.json$)/.test(imported) &&
      !(nameOf(imported) in dependencies);
    expect(breaches(isDevelopment)).toEqual([]);
  });

  it('only main imports the server, and nothing imports main', () => {
    const wrong = (file: string, imported: string) =>
      imported === 'src/main.ts' || (imported === 'src/server/server.ts' && file !== 'src/main.ts');
    expect(breaches(wrong)).toEqual([]);
  });

  it('only the operator’s tool imports its composition root', () => {
    const wrong = (file: string, imported: string) =>
      imported === 'src/server/operator.ts' && !/^src\/cli\/(latchkey\.ts|operator\/.*)$/.test(file);
    expect(breaches(wrong)).toEqual([]);
  });

  it.each(['@simplewebauthn/server', 'nodemailer', '@zxcvbn-ts/language-common'])(
    '%s, which takes time and memory, is loaded when it is needed',
    (name) => {
      const atOnce = new RegExp(`^(import|export) (?!type )[^;(]* from '${name}'`, 'm');
      const importers = SOURCES.filter((file) => atOnce.test(read(file)));
      // A thread of its own, which goes when it has no work.
      expect(importers.filter((file) => file !== 'src/accounts/password-strength.ts')).toEqual([]);
    },
  );

  it('an operator’s command starts without oidc-provider, which takes a sixth of its start', () => {
    const atOnce = (file: string) =>
      [...read(file).matchAll(/^(?:import|export) (?!type )([^;(]*?) ?from '([^']+)'/gm)]
        .filter(([, names = '']) => /^[^{]/.test(names) || /\{ *(?!type )\w|, (?!type )\w/.test(names))
        .map(([, , from = '']) => (from.startsWith('.') ? join(dirname(file), from) : from));
    const loaded = new Set(['src/cli/latchkey.ts']);
    for (const file of loaded) if (file.endsWith('.ts')) for (const one of atOnce(file)) loaded.add(one);
    expect(loaded).toContain('src/server/operator.ts');
    expect([...loaded].filter((one) => isPackage(one, 'oidc-provider'))).toEqual([]);
  });

  it('who sends a request is read in one place', () => {
    const reads = SOURCES.filter((file) =>
      /['"]user-agent['"]|\bctx\.ip\b|remoteAddress/i.test(codeOf(file)),
    );
    // The other is where the address is put that the first one reads.
    expect(reads).toEqual(['src/net/requester.ts', 'src/web/middleware/safe-request.ts']);
  });

  it('only the process entries touch the process', () => {
    const entries = /^src\/(main\.ts|cli\/.*|dev\/.*\.ts)$/;
    const touches = SOURCES.filter(
      (file) => importsOf(file).includes('node:process') || /(?<![\w.'`-])process\.\w/.test(codeOf(file)),
    );
    expect(touches.filter((file) => !entries.test(file))).toEqual([]);
  });
});

/** Without comments. */
function codeOf(file: string): string {
  return read(file).replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}

function commentsOf(file: string): string[] {
  const comments = /^ *--.*$|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
  return [...read(file).matchAll(comments)].map(([comment]) => comment);
}

describe('bars', () => {
  const ours = ['src', 'test', 'bench', 'checks'].flatMap(filesIn).filter((file) => file.endsWith('.ts'));

  it('a file has at most 250 lines', () => {
    expect(ours.filter((file) => linesOf(file) > 250)).toEqual([]);
  });

  it('no test has a time limit of its own: on a busy machine it would end what only takes its time', () => {
    const ended = /^ {0,4}\}, [\d_]{4,}\);$|\bjest\.setTimeout\(/m;
    expect(ours.filter((file) => file.endsWith('.test.ts') && ended.test(codeOf(file)))).toEqual([]);
  });

  it('a Lua script has at most 40 lines', () => {
    expect(SCRIPTS.length).toBeGreaterThan(0);
    expect(SCRIPTS.filter((file) => linesOf(file) > 40)).toEqual([]);
  });

  it('every Lua script but the preludes opens with its contract', () => {
    const called = SCRIPTS.filter((file) => !/\/preludes\/\w+\.lua$/.test(file));
    expect(called.filter((file) => !/^-- KEYS /.test(read(file)))).toEqual([]);
  });

  it('a name is the field’s word, and none of those that it replaced (docs/glossary.md)', () => {
    const replaced =
      /\b(?:(?:MOST|LONGEST|LARGEST)_\w+|PATIENCE|[sS]urroundings|bury\w*|untold|farewells?|Entrance|SignedInBrowser|BrowserStore)\b/;
    const named = [...ours, ...SCRIPTS].filter((file) => !file.startsWith('test/architecture'));
    expect(named.filter((file) => replaced.test(codeOf(file)))).toEqual([]);
  });

  it('a comment names the owner, the device, the client or the attacker', () => {
    const views = filesIn('views').filter((file) => /\.(css|eta|js)$/.test(file));
    const unnamed = [...ours, ...SCRIPTS, ...views].flatMap((file) =>
      commentsOf(file)
        .filter((comment) => /(?<!`)\b(somebody|nobody|anybody|whoever|whomever)\b(?!`)/i.test(comment))
        .map((comment) => `${file}: ${comment}`),
    );
    expect(unnamed).toEqual([]);
  });

  it('so does a decision', () => {
    const decisions = filesIn('docs/decisions');
    expect(decisions.length).toBeGreaterThan(80);
    expect(decisions.filter((file) => /\b(somebody|whoever|whomever)\b/i.test(read(file)))).toEqual([]);
  });

  it('nothing is named after being left over', () => {
    const leftOver = /(^|[/.-])(utils?|helpers?|commons?|libs?)([/.-]|$)/;
    expect(
      [...filesIn('src'), ...filesIn('test')].filter((file) =>
        leftOver.test(file.replace(/common-passwords/, '')),
      ),
    ).toEqual([]);
  });
});
