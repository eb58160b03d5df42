/** An engineer who copies the commands of a document, in a clone whose ports are free here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { randomId, testRedisUrl } from '../support/test-stores.ts';

const ROOT = join(import.meta.dirname, '../..');
const OWN = new Set(['.git', 'data', 'examples', 'package.json']);

/** What stands in the blocks of the shell below this heading, one after the other. */
export function blocksBelow(document: string, heading: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

export class CopiedCommands {
  /** In place of `http://localhost:3000`. */
  readonly issuer: string;
  readonly #folder: string;
  readonly #ports: ReadonlyMap<string, string>;
  readonly #running: ChildProcess[] = [];
  #output = '';

  private constructor(folder: string, ports: ReadonlyMap<string, string>) {
    [this.#folder, this.#ports] = [folder, ports];
    this.issuer = this.here('http://localhost:3000');
  }

  /** @param ports that examples listen at */
  static async of(...ports: string[]): Promise<CopiedCommands> {
    const named = ['localhost:3000', ...ports];
    const free = await Promise.all(named.map(async (one) => [one, `${await freePort()}`] as const));
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-copied-'));
    const copied = new CopiedCommands(folder, new Map(free));
    for (const name of readdirSync(ROOT))
      if (!OWN.has(name)) symlinkSync(join(ROOT, name), join(folder, name));
    const start = `PORT=${new URL(copied.issuer).port} exec node src/main.ts`;
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { start } }));
    for (const name of ['device-table', 'ssf-receiver', 'upstream']) copied.#copyExample(name);
    return copied;
  }

  #copyExample(name: string): void {
    const folder = join(this.#folder, 'examples', name);
    cpSync(join(ROOT, 'examples', name), folder, { recursive: true });
    for (const one of readdirSync(folder)) {
      const file = join(folder, one);
      writeFileSync(file, this.here(readFileSync(file, 'utf8')));
    }
  }

  /** The same at the ports that are free here. */
  here(text: string): string {
    return [...this.#ports].reduce(
      (found, [named, port]) => found.replaceAll(named, named.replace(/\d+$/, port)),
      text,
    );
  }

  /** Runs them as they stand; what they leave running runs on. */
  run(commands: string): void {
    const env = {
      ...nodeEnvironment(),
      ...{ DATA_DIR: join(this.#folder, 'data'), REDIS_URL: testRedisUrl(), REDIS_PREFIX: `t${randomId()}:` },
    };
    const child = spawn('sh', ['-ec', `${this.here(commands)}\nwait`], {
      ...{ cwd: this.#folder, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.push(endsWithUs(child, 'what was copied', true));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  /** Resolves with what was written, as far as the pattern has groups. */
  async says(pattern: RegExp): Promise<string[]> {
    const found = await eventually(String(pattern), () => {
      const match = pattern.exec(this.#output);
      if (!match && this.#running.some(({ exitCode }) => exitCode !== null)) throw new Error(this.#output);
      return match;
    });
    return found.slice(1);
  }

  /** The code of the newest mail to this address, in the outbox that the start names. */
  codeFor(email: string): Promise<string> {
    const outbox = join(this.#folder, 'data', 'outbox');
    return eventually(`a code for ${email}`, async () => {
      const names = await readdir(outbox).catch(() => []);
      for (const name of names
        .filter((one) => one.endsWith('.eml'))
        .sort()
        .reverse()) {
        const { to, text = '' } = await simpleParser(await readFile(join(outbox, name)));
        if (JSON.stringify(to).includes(email)) return /\b\d{6}\b/.exec(text)?.[0];
      }
      return undefined;
    });
  }

  async stop(): Promise<void> {
    for (const child of this.#running) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
      const ended = once(child, 'close');
      process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
