/**
 * The rows of settings in docs/operations.md and .env.example, as `src/config/settings.ts` and `src/limits/limits.ts` have
 * them: defaults, bounds and spans are written from there, what a setting means is prose and stays. A setting without a
 * row gets one, with the comment above it as its meaning. `npm run docs` writes them; a test holds the documents to it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { settings } from '../../src/config/settings.ts';
import { LIMIT_SETTING_NAMES, LIMIT_SETTINGS } from '../../src/limits/limits.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Schema {
  readonly type?: string;
  readonly default?: string | number;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const { properties = {} } = z.toJSONSchema(settings, { io: 'output', unrepresentable: 'any' });
const SETTINGS = Object.entries(properties) as [string, Schema][];

/** docs/operations.md with rows that say what the source says. */
export function withCurrentSettings(document: string): string {
  const lines = document.split('\n');
  SETTINGS.forEach(([name, schema], index) => {
    const facts = [defaultOf(schema), boundsOf(schema)];
    writeRow(lines, name, SETTINGS[index - 1]?.[0], facts, () => meaningOf(name, 'src/config/settings.ts'));
  });
  LIMIT_SETTING_NAMES.forEach((limit, index) => {
    const { preset, span } = LIMIT_SETTINGS[limit];
    const facts = [`\`${preset}\``, undefined, span];
    const former = LIMIT_SETTING_NAMES[index - 1];
    writeRow(lines, `LIMIT_${limit}`, former && `LIMIT_${former}`, facts, () =>
      meaningOf(limit, 'src/limits/limits.ts'),
    );
  });
  return lines.join('\n');
}

/** .env.example with the defaults that there are. */
export function withCurrentDefaults(example: string): string {
  const defaults = [
    ...SETTINGS.map(([name, schema]) => [name, schema.default] as const),
    ...LIMIT_SETTING_NAMES.map((name) => [`LIMIT_${name}`, LIMIT_SETTINGS[name].preset] as const),
  ];
  return defaults.reduce(
    (text, [name, value]) =>
      value === undefined ? text : text.replace(new RegExp(`^#${name}=.*$`, 'm'), () => `#${name}=${value}`),
    example,
  );
}

/** In the text of a cell; `undefined` where only prose can say it. */
function defaultOf({ default: preset }: Schema): string | undefined {
  if (preset === undefined) return undefined;
  return typeof preset === 'number' ? String(preset) : `\`${preset}\``;
}

function boundsOf({ type, enum: choices, minimum, maximum }: Schema): string | undefined {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(' ');
  return type === 'integer' ? `${minimum} to ${maximum}` : undefined;
}

/** @param facts of the cells after the name; what a cell says after a fact, such as `, above the last`, stays */
function writeRow(
  lines: string[],
  name: string,
  former: string | undefined,
  facts: readonly (string | undefined)[],
  meaning: () => string,
): void {
  const rowOf = (setting: string | undefined) =>
    lines.findIndex((line) => line.startsWith(`| \`${setting}\` |`));
  if (rowOf(name) < 0) {
    const isLimit = name.startsWith('LIMIT_');
    const cells = isLimit ? ['', meaning(), ''] : ['', '', meaning()];
    lines.splice(rowOf(former) + 1, 0, `| \`${name}\` | ${cells.join(' | ')} |`);
  }
  const at = rowOf(name);
  const cells = (lines[at] ?? '').split(/(?<!\\)\|/);
  facts.forEach((fact, index) => {
    const cell = (cells[index + 2] ?? '').trim();
    const says = fact === undefined || cell === fact || cell.startsWith(`${fact},`) ? cell : fact;
    cells[index + 2] = says === '' ? ' ' : ` ${says} `;
  });
  lines[at] = cells.join('|');
}

/** The comment above it, without its mark-up. */
function meaningOf(name: string, file: string): string {
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${name}: `).exec(read(file))?.[1] ?? '';
  return comment.replace(/\s*\n\s*\*\s?/g, ' ').trim();
}
