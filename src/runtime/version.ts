/** Which Latchkey this is: by package.json, and by the commit that its files are of. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Build {
  readonly version: string;
  /** `unknown` where the files are neither an image's, built with one, nor a clone's. */
  readonly commit: string;
  /** The runtime. */
  readonly node: string;
}

/** Of this Latchkey, as in package.json. */
export const VERSION = versionOf(ROOT);

/** @param node the version of the runtime, which only the process knows */
export function buildOf(node = 'unknown'): Build {
  return { version: VERSION, commit: commitOf(ROOT) ?? 'unknown', node };
}

function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(textOf(join(root, 'package.json')) ?? 'null');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/**
 * Of an image what its build wrote into the file `commit`, of a clone what it has checked out. Read from files, since there
 * may be no git.
 */
export function commitOf(root: string): string | undefined {
  return [textOf(join(root, 'commit')), headOf(root)].find((text) => text && /^[0-9a-f]{7,64}$/.test(text));
}

/** A clone, or a worktree of one, whose `.git` is a file that says where the rest is. */
function headOf(root: string): string | undefined {
  const git = join(root, '.git');
  const elsewhere = /^gitdir: (.+)$/.exec(textOf(git) ?? '')?.[1];
  const folder = elsewhere ? resolve(root, elsewhere) : git;
  const head = textOf(join(folder, 'HEAD'));
  const branch = /^ref: (.+)$/.exec(head ?? '')?.[1];
  if (branch === undefined) return head;
  const common = resolve(folder, textOf(join(folder, 'commondir')) ?? '.');
  const packed = textOf(join(common, 'packed-refs'))?.split('\n') ?? [];
  return textOf(join(common, branch)) ?? packed.find((line) => line.endsWith(` ${branch}`))?.split(' ')[0];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
