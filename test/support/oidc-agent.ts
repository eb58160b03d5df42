/** Debian's oidc-agent as its users run it: an agent with a socket, and the programs that talk to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endsWithUs } from './started-processes.ts';

interface AgentClient {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

const ACCOUNT = 'latchkey';
/** Milliseconds for one of its programs, the polling of the device flow included. */
const TIMEOUT = 60_000;

export class OidcAgent {
  readonly #home: string;
  readonly #agent: ChildProcess;

  private constructor(home: string, agent: ChildProcess) {
    this.#home = home;
    this.#agent = agent;
  }

  static async start(): Promise<OidcAgent> {
    const home = await mkdtemp(join(tmpdir(), 'latchkey-agent-'));
    const socket = join(home, 'sock');
    const args = ['--console', '--socket-path', socket];
    const agent = endsWithUs(
      spawn('oidc-agent', args, { env: environment(home), stdio: 'ignore' }),
      'oidc-agent',
    );
    for (;;) {
      if (
        await access(socket).then(
          () => true,
          () => false,
        )
      )
        return new OidcAgent(home, agent);
      await sleep(50);
    }
  }

  /**
   * Signs in by the device flow.
   * @param onCode hears the code that the program shows, once
   */
  async signIn(client: AgentClient, onCode: (userCode: string) => Promise<void>): Promise<void> {
    let code: Promise<void> | undefined;
    const listen = (output: string) => {
      const [, userCode] = /enter the code:\s*([A-Z]{4}-[A-Z]{4})/.exec(output) ?? [];
      if (userCode) code ??= onCode(userCode);
    };
    const args = [
      `--iss=${client.issuer}`,
      `--client-id=${client.clientId}`,
      `--client-secret=${client.clientSecret}`,
      '--scope=openid profile offline_access',
      '--flow=device',
      '--manual',
      '--no-url-call',
      '--prompt=none',
      '--pw-env=AGENT_PASSWORD',
      '--confirm-default',
      ACCOUNT,
    ];
    await this.#run('oidc-gen', args, listen);
    await code;
  }

  /** @param seconds that it must last at least; more than it does makes the agent refresh */
  async accessToken(seconds = 0): Promise<string> {
    return (await this.#run('oidc-token', [`--time=${seconds}`, ACCOUNT])).trim();
  }

  /** Forgets the account and revokes its refresh token. */
  async signOut(): Promise<void> {
    await this.#run('oidc-gen', ['-d', ACCOUNT, '--pw-env=AGENT_PASSWORD', '--prompt=none', '--confirm-yes']);
  }

  async stop(): Promise<void> {
    const gone = once(this.#agent, 'exit');
    this.#agent.kill();
    await gone;
    await rm(this.#home, { recursive: true, force: true });
  }

  /** @returns what it wrote to standard output */
  async #run(command: string, args: readonly string[], listen = (_output: string) => {}): Promise<string> {
    const child = spawn(command, args, {
      env: environment(this.#home),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT,
    });
    endsWithUs(child, command);
    let [output, said] = ['', ''];
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      listen(said);
    };
    child.stderr.on('data', hear);
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      hear(chunk);
    });
    const [exitCode] = await once(child, 'close');
    if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${said.slice(-300)}`);
    return output;
  }
}

function environment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    OIDC_CONFIG_DIR: join(home, 'accounts'),
    OIDC_SOCK: join(home, 'sock'),
    AGENT_PASSWORD: 'a password of the test',
  };
}
