/** The messages of `locales/`, and what each of them asks for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';

const LOCALES = join(import.meta.dirname, '../../locales');
export const ARGUMENTS_FILE = join(LOCALES, 'arguments.d.ts');
export const LANGUAGES = readdirSync(LOCALES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** By file and key, as they stand in the files of a language. */
export function messagesOf(
  tag: string,
): { readonly file: string; readonly key: string; readonly text: string }[] {
  return readdirSync(join(LOCALES, tag))
    .sort()
    .flatMap((file) =>
      Object.entries(
        JSON.parse(readFileSync(join(LOCALES, tag, file), 'utf8')) as Record<string, string>,
      ).map(([key, text]) => ({ file, key, text })),
    );
}

export type Elements = ReturnType<IntlMessageFormat['getAst']>;

export function elementsOf(text: string, tag = 'en'): Elements {
  return new IntlMessageFormat(text, tag).getAst();
}

/** The parser's kinds of element. */
const KINDS = { argument: 1, number: 2, date: 3, time: 4, select: 5, plural: 6, mark: 8 } as const;

interface Argument {
  readonly kind: 'string' | 'number' | 'choice' | 'date' | 'mark';
  readonly name: string;
  /** Of what chooses between words: what it may be. */
  readonly options: readonly string[];
}

/** Every argument and mark of a message, each as often as it stands there. */
export function argumentsIn(elements: Elements): Argument[] {
  return elements.flatMap((element) => {
    const { type, value: name } = element as { type: number; value: string };
    const options =
      'options' in element ? ((element.options ?? {}) as Record<string, { value?: Elements }>) : {};
    if (type === KINDS.argument) return [{ kind: 'string', name, options: [] }];
    if (type === KINDS.number) return [{ kind: 'number', name, options: [] }];
    if (type === KINDS.date || type === KINDS.time) return [{ kind: 'date', name, options: [] }];
    if (type === KINDS.mark && 'children' in element)
      return [{ kind: 'mark', name, options: [] }, ...argumentsIn(element.children)];
    if (type !== KINDS.select && type !== KINDS.plural) return [];
    const inner = Object.values(options).flatMap(({ value }) => argumentsIn(value ?? []));
    const kind = type === KINDS.select ? 'choice' : 'number';
    return [{ kind, name, options: Object.keys(options) } as const, ...inner];
  });
}

const TYPES = { string: 'string', choice: 'string', number: 'number', date: 'Date' } as const;

/** The declaration that a missing message or argument is measured by. */
export function argumentTypes(): string {
  const lines = messagesOf('en').map(({ key, text }) => {
    const given = new Map(
      argumentsIn(elementsOf(text)).flatMap(({ kind, name }) =>
        kind === 'mark' ? [] : [[name, TYPES[kind]] as const],
      ),
    );
    const fields = [...given].sort().map(([name, type]) => `readonly ${name}: ${type}`);
    return `  '${key}': {${fields.length > 0 ? ` ${fields.join('; ')} ` : ''}};`;
  });
  return `/** Written by \`npm run words\` from \`locales/en\`: what each message asks for. */\nexport interface MessageArguments {\n${lines.sort().join('\n')}\n}\n`;
}
