/**
 * A name that a file of `src/` exports is for another file. Held so that what is no longer needed is seen: the compiler
 * tells of a name that is not used only where it is not exported. A test may import a type, to name what it hands to a
 * function or gets from it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

/** Values that the product uses in their own file alone, and why tests see them all the same. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  'src/audit/security-log.ts SECURITY_EVENTS': 'docs/operations.md has a row for each',
  'src/config/proof-ages.ts PROVED_ACTIONS':
    'each has a route that asks for the proof, and a word in the docs',
  'src/web/middleware/protocol-paths.ts PROTOCOL_ENDPOINTS': 'each is tried with every method',
  'src/web/middleware/requests-by-post.ts ADDRESSED_BY_APPS': 'each takes a form from another site',
  'src/web/pages/error.ts ERROR_KINDS': 'each is drawn',
  'src/web/views.ts PAGE_NAMES': 'each has a sample',
  'src/redis/gathered-calls.ts MAX_GATHERED': 'one more than so many are two calls',
  'src/runtime/version.ts commitOf': 'told of a clone, a worktree, an image: folders that a test makes',
  'src/redis/script-texts.ts preludesOf': 'each prelude that a script names is one that it calls',
  'src/household/household.ts MAX_MEMBERS': 'a list is filled up to it',
  'src/net/countries.ts CountriesError': 'a file that cannot be read is told by it',
  'src/limits/limits.ts maxInMonthOf': 'a pure function with a table of its own: guesses in a month',
  'src/limits/limits.ts parseLimit': 'a pure function with a table of its own: what operators write',
  'src/net/requester.ts readRequester': 'a pure function with a table of its own: networks',
  'src/web/middleware/safe-request.ts safeTarget': 'a pure function with a table of its own: targets',
  'src/cli/demo-device/refresh.ts pauseSeconds': 'a pure function with a table of its own: pauses',
};

interface Export {
  /** Its file and itself, as above. */
  name: string;
  isType: boolean;
}

const FILES = ['src', 'test', 'bench', 'checks', 'views'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|eta)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const namesIn = (list = '') =>
  list.split(',').map((one) =>
    one
      .trim()
      .replace(/^type /, '')
      .replace(/ as .*/, ''),
  );

const DECLARATION = /^export (?:abstract |async )*(const|let|function\*?|class|interface|type|enum) (\w+)/gm;
const PASSED_ON = /^export \{([^}]*)\} from/gm;

function exportsOf(file: string): Export[] {
  const declared = [...read(file).matchAll(DECLARATION)].map(([, kind = '', name]) => ({
    name: `${file} ${name}`,
    isType: kind === 'interface' || kind === 'type',
  }));
  const passedOn = [...read(file).matchAll(PASSED_ON)].flatMap(([, names]) => namesIn(names));
  return [...declared, ...passedOn.map((name) => ({ name: `${file} ${name}`, isType: false }))];
}

/** What a file takes from others: by name, as `labels.formatDay` of a whole module, or of its own folder again. */
function importsOf(file: string): string[] {
  const text = read(file);
  const clauses = text.matchAll(/^(?:import|export)\b([^;]*?)\bfrom\s+'(\.[^']+)'/gm);
  const whenNeeded = text.matchAll(/^ *const (\{[^}]*\}) = await import\('(\.[^']+)'\)/gm);
  return [...clauses, ...whenNeeded].flatMap(([, clause = '', path = '']) => {
    const from = join(dirname(file), path);
    const whole = /\* as (\w+)/.exec(clause)?.[1];
    const names = whole ? membersOf(whole, text) : namesIn(/\{([^}]*)\}/.exec(clause)?.[1]);
    return names.map((name) => `${from} ${name}`);
  });
}

const membersOf = (whole: string, text: string) =>
  [...text.matchAll(new RegExp(`\\b${whole}\\s*\\.\\s*(\\w+)`, 'g'))].map(([, name = '']) => name);

/** Views call the functions of these modules, which `src/web/pages/labels-for.ts` hands to them whole. */
const LABELS = ['labels', 'link-views', 'times'];
const importsOfView = (file: string) =>
  membersOf('labels', read(file)).flatMap((name) =>
    LABELS.map((module) => `src/web/pages/${module}.ts ${name}`),
  );

const isSource = (file: string) => /^(src|views)\//.test(file);
const usedIn = (files: readonly string[]) =>
  new Set(files.flatMap((file) => (file.endsWith('.eta') ? importsOfView(file) : importsOf(file))));

describe('an exported name', () => {
  const exported = FILES.filter((file) => file.startsWith('src/')).flatMap(exportsOf);
  const usedBySources = usedIn(FILES.filter(isSource));
  const usedByOthers = usedIn(FILES.filter((file) => !isSource(file)));

  it('is written in one of the ways that are looked for here', () => {
    const others = FILES.filter((file) => file.startsWith('src/')).filter((file) =>
      /^export\b/m.test(read(file).replace(DECLARATION, '').replace(PASSED_ON, '')),
    );
    expect(others).toEqual([]);
    expect(exported.length).toBeGreaterThan(500);
  });

  it('is used by another file', () => {
    const unused = exported.filter(({ name }) => !usedBySources.has(name) && !usedByOthers.has(name));
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it('of a value is used by another file of src, or listed here with the reason', () => {
    const values = exported.filter(({ name, isType }) => !isType && !usedBySources.has(name));
    expect(values.map(({ name }) => name).sort()).toEqual(Object.keys(FOR_TESTS).sort());
  });
});
