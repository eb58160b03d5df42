/** An example in a process of its own, as its first lines say that it is run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';

export const EXAMPLES = join(import.meta.dirname, '../../examples');

export class RunningExample {
  readonly #process: ChildProcess;
  #output = '';

  constructor(
    [program, ...args]: readonly [string, ...string[]],
    folder: string,
    env: Record<string, string>,
  ) {
    this.#process = spawn(program, args, {
      cwd: resolve(EXAMPLES, folder),
      env: { ...nodeEnvironment(), PYTHONDONTWRITEBYTECODE: '1', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endsWithUs(this.#process, folder);
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
  }

  /** Resolves with what it has written, as far as the pattern has groups. */
  async says(pattern: RegExp): Promise<string[]> {
    const found = await eventually(String(pattern), () => {
      const match = pattern.exec(this.#output);
      if (!match && this.#process.exitCode !== null) throw new Error(`it ended, and said: ${this.#output}`);
      return match;
    });
    return found.slice(1);
  }

  /** Resolves with its exit code. */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    return this.#process.exitCode;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
