/** The commands of a section of docs/operations.md, run as they stand there. */
import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { type OperatorRun, operator } from './operator-process.ts';

const DOCUMENT = new URL('../../docs/operations.md', import.meta.url);
const TOOL = 'npm run latchkey -- ';

/** The words of each command in the section of this title, in order. */
function commandsUnder(title: string): string[][] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [, section = ''] = text.split(`\n### ${title}\n`);
  const [own = ''] = section.split(/\n##/);
  const blocks = [...own.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.trim().split('\n'));
  return lines.map((line) => {
    if (!line.startsWith(TOOL)) throw new Error(`not a command of the tool: ${line}`);
    return [...line.slice(TOOL.length).matchAll(/'([^']*)'|(<[^>]+>)|(\S+)/g)].map(
      ([, quoted, place, word]) => quoted ?? place ?? word ?? '',
    );
  });
}

export class Playbook {
  readonly #left: string[][];
  readonly #environment: Record<string, string>;

  constructor(title: string, environment: Record<string, string>) {
    this.#left = commandsUnder(title);
    this.#environment = environment;
  }

  /**
   * Runs the next command, which begins so.
   * @param places what stands in the document, and what it is here
   */
  async run(begins: string, places: Readonly<Record<string, string>> = {}): Promise<OperatorRun> {
    const words = this.#left.shift() ?? [];
    expect(words.join(' ').startsWith(begins)).toBe(true);
    const own = words.map((word) => places[word] ?? word);
    const ran = await operator(this.#environment, ...own, '--yes', '--json');
    expect([words.join(' '), ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([words.join(' '), 0, '']);
    return ran;
  }

  get isDone(): boolean {
    return this.#left.length === 0;
  }
}
