/** What is written down agrees with the source. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SECURITY_EVENTS } from '../src/audit/security-log.ts';
import { COMMANDS } from '../src/cli/operator/commands.ts';
import { PROVED_ACTIONS } from '../src/config/proof-ages.ts';
import { DEVICE_TYPES } from '../src/devices/claimed-device.ts';
import { LIMIT_SETTING_NAMES, LIMIT_SETTINGS } from '../src/limits/limits.ts';
import { withCurrentDefaults, withCurrentSettings } from './support/documented-settings.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const LIMITS = LIMIT_SETTING_NAMES.map((name) => `LIMIT_${name}`);
const SETTINGS = [
  ...[...read('src/config/settings.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name),
  ...LIMITS,
];
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'src/redis/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** As links name them. */
function headingsOf(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.toLowerCase());
  return new Set(headings.map((text) => text.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')));
}

/** Where there is no repository, as in an unpacked archive, what is written for readers. */
function trackedFiles(): string[] {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  const tracked = status === 0 ? stdout.split('\0').filter(Boolean) : [];
  return [...new Set([...tracked, ...PAGES])].filter(
    (file) => existsSync(join(ROOT, file)) && statSync(join(ROOT, file)).isFile(),
  );
}

describe('every setting', () => {
  it('is found in the source', () => {
    expect(SETTINGS.length).toBeGreaterThan(20);
    expect(SETTINGS).toContain('ISSUER');
  });

  it.each(SETTINGS)('%s is in .env.example and in docs/operations.md', (name) => {
    expect(read('.env.example')).toMatch(new RegExp(`^#?${name}=`, 'm'));
    expect(read('docs/operations.md')).toContain(`| \`${name}\` |`);
  });

  it.each(LIMIT_SETTING_NAMES)('LIMIT_%s is documented with the default it has', (name) => {
    const { preset } = LIMIT_SETTINGS[name];
    expect(read('.env.example')).toContain(`#LIMIT_${name}=${preset}\n`);
    expect(read('docs/operations.md')).toContain(`| \`LIMIT_${name}\` | \`${preset}\` |`);
  });

  it('has the default, bounds and span of the source in its row; npm run docs writes them', () => {
    expect(read('docs/operations.md')).toBe(withCurrentSettings(read('docs/operations.md')));
    expect(read('.env.example')).toBe(withCurrentDefaults(read('.env.example')));
  });

  it('of a document that has fallen behind is put right, and its meaning stays', () => {
    const behind = read('docs/operations.md')
      .replace('| `SESSION_HOURS` | 24 | 1 to 2160 |', '| `SESSION_HOURS` | 12 | 1 to 99 |')
      .replace(/(\| `LIMIT_TEXT_ALL` \|).*(\|.*\|) fixed \|/, '$1 `1/1d 1s..1s` $2 rolling |');
    expect(behind).not.toBe(read('docs/operations.md'));
    expect(withCurrentSettings(behind)).toBe(read('docs/operations.md'));
  });

  it('without a row gets one after its neighbour, with what the source says of it', () => {
    const without = read('docs/operations.md').replace(/\| `VOICE_CODE_WRONG` .*\n/, '');
    const rows = withCurrentSettings(without).split('\n');
    const at = rows.indexOf(
      '| `VOICE_CODE_WRONG` | 5 | 1 to 20 | Wrong voice codes in a row that lock it. |',
    );
    expect(rows[at - 1]).toMatch(/^\| `VOICE_CODE_TRIES_ACCOUNT` /);
  });

  it('is said by .env.example to stand in files that exist', () => {
    const named = read('.env.example').match(/\bsrc\/[\w./-]+\w/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('of .env.example is one that the server or compose.yaml reads', () => {
    const offered = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name);
    const known = new Set([...SETTINGS, 'REDIS_PASSWORD']);
    expect(offered.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('what a client of the protocol hears', () => {
  const thrown = [...read('src/oidc/errors.ts').matchAll(/super\((\d+), '(\w+)'\)/g)];

  it.each(thrown.map(([, status, code]) => [status, code]))(
    'as %s %s is in a table of docs/protocol.md',
    (status, code) => {
      expect(read('docs/protocol.md')).toContain(`| ${status} | \`${code}\` |`);
    },
  );

  it('as another error is in it, too', () => {
    expect(thrown.length).toBeGreaterThan(4);
    const [, codes = ''] = /const CODES[^{]+{([^}]+)}/.exec(read('src/web/middleware/errors.ts')) ?? [];
    const named = [...codes.matchAll(/: '(\w+)'/g)].map(([, code = '']) => code);
    // These two are told to forms and to other programs.
    const ofDevices = new Set(named.filter((code) => code !== 'access_denied' && code !== 'slow_down'));
    expect(ofDevices.size).toBeGreaterThan(3);
    for (const code of ofDevices)
      expect(read('docs/protocol.md')).toMatch(new RegExp(`\\| \\d{3} \\| \`${code}\` \\|`));
  });
});

describe('every action with a proof', () => {
  it.each(PROVED_ACTIONS)('%s is named in docs/operations.md', (action) => {
    const [, table = ''] = read('docs/operations.md').split('### Actions of `PROOF_MINUTES`');
    expect(table.split('\n### ')[0]).toContain(`\`${action}\``);
  });
});

describe('the cookies', () => {
  it('of docs/security.md are those that the server writes', () => {
    const written = read('src/web/middleware/cookies.ts').match(/latchkey_\w+/g);
    const documented = read('docs/security.md').match(/latchkey_\w+/g);
    expect(written?.length).toBeGreaterThan(5);
    expect(new Set(documented)).toEqual(new Set(written));
  });
});

describe('the operator’s commands', () => {
  const documented = [...read('docs/operations.md').matchAll(/^\| `([a-z-]+(?: [a-z-]+)?)(?: [^`]*)?` \|/gm)]
    .map(([, name = '']) => name)
    .filter((name) =>
      /^(accounts|activity|apps|audit|backup|clients|devices|factors|index|invite|keys|operators|registration|secrets|sessions|stats|streams|upgrade|webhooks)/.test(
        name,
      ),
    );

  it('in docs/operations.md are those that there are', () => {
    expect(new Set(documented)).toEqual(new Set(COMMANDS.map(({ name }) => name)));
  });
});

describe('every event of the security log', () => {
  it.each(Object.entries(SECURITY_EVENTS))('%s is in docs/operations.md, with its level', (event, level) => {
    const row = read('docs/operations.md')
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(`\`${event}\``));
    expect(row).toMatch(new RegExp(`\\| \`${level}\` \\|$`));
  });
});

describe('the documents', () => {
  it.each(PAGES)('%s links to files that exist', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)|src="([^"]+)"/g)].map(
      ([, a, b]) => a ?? b ?? '',
    );
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });

  it.each(PAGES)('%s links to headings that exist', (page) => {
    const links = [...read(page).matchAll(/\]\((?![a-z]+:)([^)#\s]*)#([^)\s]+)\)/g)];
    const wrong = links.filter(([, file = '', heading = '']) => {
      const path = file === '' ? page : join(dirname(page), file);
      return path.endsWith('.md') && !headingsOf(path).has(heading);
    });
    expect(wrong.map(([link]) => link)).toEqual([]);
  });

  it.each(PAGES)('%s names only files of ours that exist', (page) => {
    const named = [
      ...read(page).matchAll(/`((?:src|test|views|docs|checks|bench|\.ci|\.github)\/[\w./-]+)`/g),
    ].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it.each(PAGES)('%s names only commands of npm that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
      ([, run, short]) => run ?? short ?? '',
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each(['README.md', 'docs/protocol.md'])('%s names each type of device', (page) => {
    const unnamed = DEVICE_TYPES.filter((type) => !read(page).includes(`\`${type}\``));
    expect(unnamed).toEqual([]);
  });

  it('README shows pictures that are there, of 80 kB at most; npm run pictures makes them', () => {
    const shown = [...read('README.md').matchAll(/src="([^"]+)"/g)].map(([, picture = '']) => picture);
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.filter((picture) => !existsSync(join(ROOT, picture)))).toEqual([]);
    expect(shown.filter((picture) => statSync(join(ROOT, picture)).size > 80_000)).toEqual([]);
    const kept = readdirSync(join(ROOT, 'docs/img')).map((picture) => `docs/img/${picture}`);
    expect(kept.sort()).toEqual([...new Set(shown)].sort());
  });

  it('no file names a folder of the machine it was written on', () => {
    const machinePath = /(?<![\w.:/])\/(?:home|Users|root|work|farm)\/[a-z]/;
    const named = trackedFiles().filter(
      (file) => !/\.(png|ico)$|package-lock\.json$/.test(file) && machinePath.test(read(file)),
    );
    expect(named).toEqual([]);
  });
});

describe('every test that a document names', () => {
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/`(test\/[\w./-]+)` › ([^|<\n]+)/g)].map(
      ([, file = '', title = '']) => [page, file, title.trim()] as const,
    ),
  );

  it('is found in the documents', () => {
    expect(named.length).toBeGreaterThan(20);
  });

  it.each(named)('%s: %s › %s', (_page, file, title) => {
    expect(existsSync(join(ROOT, file)) && read(file).replaceAll("\\'", "'")).toContain(title);
  });
});

describe('the bounds of everything that can grow', () => {
  it('name tests that are there', () => {
    const [, table = ''] = read('docs/security.md').split('### Everything that can grow, and its bound');
    const rows =
      table
        .split('\n### ')[0]
        ?.match(/^\| .* \|$/gm)
        ?.slice(2) ?? [];
    expect(rows.length).toBeGreaterThan(20);
    const named = rows.flatMap((row) => [...(row.split(' | ').at(-1) ?? '').matchAll(/`([\w/-]+)`/g)]);
    const missing = named.filter(
      ([, name]) => ![`test/${name}.ts`, `test/${name}.test.ts`].some((path) => existsSync(join(ROOT, path))),
    );
    expect(missing).toEqual([]);
  });
});
