/** Which servers test files need, read off what they import: a file without a store starts none. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface NeededServers {
  standalone: boolean;
  cluster: boolean;
}

/** Names the servers of the run in the environment, and so speaks of both. */
const STORES = join(import.meta.dirname, 'test-stores.ts');
const SOURCES = join(import.meta.dirname, '../../src');

/**
 * A file that reaches `test-stores.ts` needs a Redis; one that speaks of a cluster, or imports what does, a Cluster as
 * well. Rather one too many than one too few.
 *
 * @param files absolute paths
 */
export function neededServers(files: readonly string[]): NeededServers {
  const reached = new Set<string>();
  for (const file of files) reach(file, reached);
  const standalone = reached.has(STORES) || says(reached, /TEST_REDIS/);
  return { standalone, cluster: standalone && says(reached, /cluster/i) };
}

function says(reached: ReadonlySet<string>, words: RegExp): boolean {
  return [...reached].some((file) => file !== STORES && words.test(readFileSync(file, 'utf8')));
}

function reach(file: string, reached: Set<string>): void {
  if (reached.has(file) || file.startsWith(SOURCES) || !existsSync(file)) return;
  reached.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g);
  for (const [, path = ''] of imports) reach(join(dirname(file), path), reached);
}
