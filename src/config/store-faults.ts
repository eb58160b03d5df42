/** The names by which a fault of the store's configuration can be allowed (ALLOW_UNSAFE_REDIS). */
export const STORE_FAULTS = [
  'version',
  'appendonly',
  'appendfsync',
  'maxmemory-policy',
  'config-unreadable',
] as const;

/** What is wrong with ALLOW_UNSAFE_REDIS: a name that is none would allow nothing. */
export function storeFaultErrors(names: readonly string[]): string[] {
  return names
    .filter((name) => !(STORE_FAULTS as readonly string[]).includes(name))
    .map((name) => `ALLOW_UNSAFE_REDIS: ${name} is no fault; there are ${STORE_FAULTS.join(', ')}`);
}
