/** The texts of the Lua scripts, and the two ways to have one run. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisConnection } from './connection.ts';
import { SCRIPTS, type ScriptName } from './script-keys.ts';
import { WHILE_FULL } from './script-rules.ts';

export type Argument = string | number;
type Redis = RedisConnection['redis'];
export type Values = readonly [keys: number, ...keysAndArguments: Argument[]];

/** The two ways to have a script run. */
export interface Evaluation {
  byDigest(redis: Redis, digest: string, values: Values): Promise<unknown>;
  byText(redis: Redis, text: string, values: Values): Promise<unknown>;
}

export const READING: Evaluation = {
  byDigest: (redis, digest, values) => redis.evalsha_ro(digest, ...values),
  byText: (redis, text, values) => redis.eval_ro(text, ...values),
};
export const WRITING: Evaluation = {
  byDigest: (redis, digest, values) => redis.evalsha(digest, ...values),
  byText: (redis, text, values) => redis.eval(text, ...values),
};

interface Script {
  text: string;
  /** SHA-1 of the text, by which a store knows a script that it has run before. */
  digest: string;
}

/** By which the store runs a script that writes while its memory is full. */
export const RUNS_WHILE_FULL = '#!lua flags=allow-oom\n';

/** Every script by its name, each with its preludes in front of it. */
export function allScripts(): Readonly<Record<ScriptName, Script>> {
  const names = Object.keys(SCRIPTS) as ScriptName[];
  const named = names.map((name): [ScriptName, Script] => {
    const text = `${WHILE_FULL.has(name) ? RUNS_WHILE_FULL : ''}${withPreludes(`${name}.lua`)}`;
    return [name, { text, digest: hash('sha1', text) }];
  });
  return Object.fromEntries(named) as Record<ScriptName, Script>;
}

/** A file behind those that its line `-- PRELUDES` names, and behind those that these name: each once. */
function withPreludes(file: string, above = new Set<string>()): string {
  if (above.has(file)) return '';
  above.add(file);
  const text = readFileSync(new URL(`./scripts/${file}`, import.meta.url), 'utf8');
  const preludes = preludesOf(text).map((name) => withPreludes(`preludes/${name}.lua`, above));
  return [...preludes, text].join('');
}

/** As a script or a prelude names them. */
export function preludesOf(text: string): string[] {
  return /^-- PRELUDES (.+)$/m.exec(text)?.[1]?.split(', ') ?? [];
}
