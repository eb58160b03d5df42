import { SCRIPTS, type ScriptKeys, type ScriptName } from './script-keys.ts';
import type { Argument, Values } from './script-texts.ts';

export interface ScriptCall<N extends ScriptName> {
  /** Of a call that changes state. */
  readonly operation?: string | undefined;
  readonly keys: ScriptKeys<N>;
  readonly args: readonly Argument[];
}

/** What one evaluation takes for all of these calls: keys of all as the script counts them, then arguments of all. */
export function valuesOf<N extends ScriptName>(name: N, calls: readonly ScriptCall<N>[]): Values {
  const names: readonly (keyof ScriptKeys<N>)[] = SCRIPTS[name];
  const values: [number, ...Argument[]] = [calls.length * names.length];
  for (const { keys } of calls) for (const one of names) values.push(keys[one]);
  for (const { operation, args } of calls) {
    if (operation !== undefined) values.push(operation);
    values.push(...args);
  }
  return values;
}
