/** The servers that are measured. */
export const KINDS = ['latchkey', 'plain', 'memory', 'floor'] as const;

export type Kind = (typeof KINDS)[number];

export const LABELS: Readonly<Record<Kind, string>> = {
  latchkey: 'Latchkey',
  plain: 'plain on Redis',
  memory: 'plain in memory',
  floor: 'bare floor',
};

/** The program of each. */
export const PROGRAMS: Readonly<Record<Kind, string>> = {
  latchkey: 'latchkey-server.ts',
  plain: 'plain-server.ts',
  memory: 'plain-server.ts',
  floor: 'floor-server.ts',
};
