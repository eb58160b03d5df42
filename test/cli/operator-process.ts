import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { TEST_CLIENTS_FILE } from '../support/whole-server.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface OperatorRun {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What `--json` wrote. */
  json: Record<string, unknown>;
}

/** Runs the real tool to its end. */
export function operator(environment: Record<string, string>, ...args: string[]): Promise<OperatorRun> {
  const child = spawn(process.execPath, ['src/cli/latchkey.ts', ...args], {
    cwd: ROOT,
    env: { ...nodeEnvironment(), CLIENTS_FILE: TEST_CLIENTS_FILE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endsWithUs(child, `operator's tool: ${args.join(' ')}`);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const json = stdout.startsWith('{') ? (JSON.parse(stdout) as OperatorRun['json']) : {};
      resolve({ code, stdout, stderr, json });
    });
  });
}
