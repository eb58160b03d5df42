/** The names by which what is unsafe in the store’s configuration can be allowed (ALLOW_UNSAFE_REDIS). */
export const DURABILITY_ERRORS = [
  'version',
  'appendonly',
  'appendfsync',
  'maxmemory-policy',
  'config-unreadable',
] as const;

/** What is wrong with ALLOW_UNSAFE_REDIS: a name that is none would allow nothing. */
export function unknownDurabilityErrors(names: readonly string[]): string[] {
  return names
    .filter((name) => !(DURABILITY_ERRORS as readonly string[]).includes(name))
    .map((name) => `ALLOW_UNSAFE_REDIS: ${name} is no fault; there are ${DURABILITY_ERRORS.join(', ')}`);
}
