import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountKeys } from '../../src/redis/account-keys.ts';
import { valuesOf } from '../../src/redis/script-calls.ts';
import { type ReaderName, SCRIPTS, type ScriptName } from '../../src/redis/script-keys.ts';
import { allScripts, preludesOf } from '../../src/redis/script-texts.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { LuaText } from './lua-text.ts';

const FOLDER = join(import.meta.dirname, '../../src/redis/scripts');
const scripts = Object.entries(allScripts()) as [ScriptName, { text: string }][];
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const readers = scripts.filter(([name]) => /^(read|list|find)[A-Z]/.test(name));

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** Whether Redis itself counts a command among those that write. */
async function writes(command: string): Promise<boolean> {
  const { redis } = stores.connection;
  const [info] = (await redis.command('INFO', command)) as [string, number, string[]][];
  if (!info) throw new Error(`Redis knows no command ${command}`);
  return info[2].includes('write');
}

async function writesOf(text: string): Promise<string[]> {
  const { commands } = new LuaText(text);
  const found = await Promise.all(commands.map(async (name) => ((await writes(name)) ? [name] : [])));
  return found.flat();
}

describe('a script that is named after reading', () => {
  it('is one of several', () => {
    expect(readers.length).toBeGreaterThan(6);
  });

  it.each(readers)('%s calls no command that writes, on whichever way it takes', async (_name, { text }) => {
    expect(new LuaText(text).commands.length).toBeGreaterThan(0);
    expect(await writesOf(text)).toEqual([]);
  });

  it('is told from all others, which each call one that does', async () => {
    const others = scripts.filter((one) => !readers.includes(one));
    const silent = others.map(async ([name, { text }]) => ((await writesOf(text)).length > 0 ? [] : [name]));
    expect((await Promise.all(silent)).flat()).toEqual([]);
  });

  it('is run by a Redis that refuses it a write', async () => {
    const { redis } = stores.connection;
    const { text } = allScripts().writeRecord;
    const written = redis.eval_ro(text, 1, `${stores.prefix}${randomId()}`, 'op', 0, 'sealed');
    await expect(written).rejects.toThrow('Write commands are not allowed from read-only scripts');
  });
});

/** Names and commands of what is sent without a script and waits for no replica. */
function plainCalls(): [operation: string, commands: string[]][] {
  const folder = join(FOLDER, '..');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split(/\bscripts\.plain\(/)
      .slice(1)
      .map((call): [string, string[]] => {
        const [sent = ''] = call.split(';\n');
        const commands = [...sent.matchAll(/\bredis\.(\w+)\(/g)].map(([, command = '']) => command);
        return [/^\s*(?:'([^']*)'|(\w+))/.exec(sent)?.slice(1).find(Boolean) ?? sent, commands];
      }),
  );
}

it('what is written without a script waits for replicas, but for what may be lost', async () => {
  const calls = plainCalls();
  expect(calls.length).toBeGreaterThan(20);
  const writing = calls.map(async ([operation, commands]) =>
    (await Promise.all(commands.map(writes))).includes(true) ? [operation] : [],
  );
  expect((await Promise.all(writing)).flat().sort()).toEqual([
    'PROBING',
    'a recovery is announced',
    'a row that leads nowhere',
    'a sign-in waits no longer',
    'an account is closed',
    'clearing a counter',
    'ends of apps are queued',
    'extending a record',
    'forgetting servers',
    'keeping a client',
    'recording the use of a secret',
    'removing the place of a client',
    'saying that a server runs',
    'shortening a record',
    'taking back a code',
    'taking back an account',
    'what happened to clients is queued',
  ]);
});

/** The names behind `KEYS`, as `1 grants, 2 ended (lately), 3 activity`. */
function keysIn(source: string): string[] {
  const [, list = ''] = /^-- KEYS (.*(?:\n-- {6}.*)*)/.exec(source) ?? [];
  const entries = list.replace(/\n-- +/g, ' ').replace(/ \([^)]*\)/g, '');
  return entries.split(', ').map((entry, index) => {
    const [number, name = ''] = entry.split(' ');
    return number === String(index + 1) ? name : `not key ${index + 1}: ${entry}`;
  });
}

describe('the keys of a script', () => {
  it.each(Object.entries(SCRIPTS))('%s has them as its contract counts them', (name, keys) => {
    expect(keysIn(read(`${name}.lua`))).toEqual(keys);
  });

  it('are told by name, in whichever order', () => {
    const keys = { notices: 'n', activity: 'a', grants: 'g', ended: 'e' };
    expect(valuesOf('endGrant', [{ keys, args: [] }])).toEqual([4, 'g', 'e', 'a', 'n']);
  });

  it('are checked by the compiler: one that is missing, and a write that passes for a reading', () => {
    // @ts-expect-error A key is missing.
    const values = () => valuesOf('endGrant', [{ keys: { grants: 'g', ended: 'e' }, args: [] }]);
    // @ts-expect-error It writes.
    const reading = (name: ReaderName = 'raiseGeneration') => name;
    expect([values().includes(undefined as never), reading()]).toEqual([true, 'raiseGeneration']);
  });

  it('of an account are all erased with it', () => {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(AccountKeys.prototype));
    const names = properties.filter(([, { get }]) => get).map(([name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect([...SCRIPTS.eraseAccount].sort()).toEqual(names.sort());
  });
});

/** Each file of scripts and preludes; a prelude is named by its folder and name. */
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.lua'),
);
const preludes = files.filter((file) => file.startsWith('preludes/'));
/** Name of a shared function -> the prelude that has it. */
const owners = new Map(
  preludes.flatMap((file) =>
    [...new LuaText(read(file)).functions.keys()].map((name) => [name, basename(file, '.lua')] as const),
  ),
);

describe('the preludes of a script', () => {
  it('are there, and no two of them have a function of the same name', () => {
    expect(owners.size).toBeGreaterThan(20);
    const all = preludes.flatMap((file) => [...new LuaText(read(file)).functions.keys()]);
    expect(all.length).toBe(owners.size);
  });

  it.each(files)('%s names those whose functions it calls, and no other', (file) => {
    const text = read(file);
    const needed = new LuaText(text).foreign.map((name) => owners.get(name) ?? `nothing has ${name}`);
    expect(preludesOf(text)).toEqual([...new Set(needed)].sort());
  });

  it.each(scripts)('%s stands behind all that it calls, and each prelude behind its own', (_name, script) => {
    const text = new LuaText(script.text);
    expect(text.foreign).toEqual([]);
    const known = new Set<string>();
    for (const [name, code] of text.functions) {
      expect([name, text.calledIn(code).filter((one) => one !== name && !known.has(one))]).toEqual([
        name,
        [],
      ]);
      known.add(name);
    }
  });

  it('are each used by a script', () => {
    const texts = scripts.map(([, { text }]) => new LuaText(text));
    const used = new Set(texts.flatMap((text) => text.calledIn(text.reached)));
    expect([...owners.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});
