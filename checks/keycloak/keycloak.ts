/** A real Keycloak on loopback, of an unpacked distribution, with one realm; what it keeps is gone with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../test/support/eventually.ts';
import { freePort } from '../../test/support/free-port.ts';
import { FORM } from '../../test/support/http.ts';
import { endsWithUs } from '../../test/support/started-processes.ts';
import { type Page, PageClient } from '../../test/web/page-client.ts';

const REALM = 'corp';
const ADMIN = { username: 'admin', password: 'admin of a check' };
const CLIENT = { client_id: 'latchkey', client_secret: 'a secret of latchkey at keycloak, for a check' };
const PASSWORD = 'the password of the people there';

export class Keycloak {
  readonly origin: string;
  readonly #process: ChildProcess;

  private constructor(origin: string, process: ChildProcess) {
    this.origin = origin;
    this.#process = process;
  }

  static async start(folder: string): Promise<Keycloak> {
    const port = await freePort();
    const args = ['start-dev', '--db=dev-mem', '--http-host=127.0.0.1', `--http-port=${port}`];
    const admin = {
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    };
    const child = spawn(join(folder, 'bin', 'kc.sh'), args, {
      env: { ...process.env, ...admin },
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    const keycloak = new Keycloak(`http://127.0.0.1:${port}`, endsWithUs(child, 'keycloak', true));
    await eventually('Keycloak', () => keycloak.#isUp(), 500);
    return keycloak;
  }

  get issuer(): string {
    return `${this.origin}/realms/${REALM}`;
  }

  /** The entry of UPSTREAM_FILE for it. */
  get entry() {
    return { id: 'keycloak', name: 'Keycloak', issuer: this.issuer, ...CLIENT };
  }

  /** @param ours issuer of the server that its people sign in to */
  async makeRealm(ours: string, people: readonly string[]): Promise<void> {
    const here = `${ours}/sign-in/upstream/keycloak`;
    const client = {
      clientId: CLIENT.client_id,
      secret: CLIENT.client_secret,
      protocol: 'openid-connect',
      standardFlowEnabled: true,
      redirectUris: [`${here}/callback`],
      attributes: {
        'backchannel.logout.url': `${here}/logout`,
        'backchannel.logout.session.required': 'true',
      },
    };
    const users = people.map((username) => ({
      username,
      email: `${username}@corp.example`,
      emailVerified: true,
      firstName: username,
      lastName: 'There',
      enabled: true,
      credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
    }));
    await this.#admin('POST', '/admin/realms', { realm: REALM, enabled: true, clients: [client], users });
  }

  /** Its administrator ends all that a person has signed in to by it. */
  async signOut(username: string): Promise<void> {
    const users = `/admin/realms/${REALM}/users`;
    const found = await (await this.#admin('GET', `${users}?username=${username}&exact=true`)).json();
    const [{ id }] = found as [{ id: string }];
    await this.#admin('POST', `${users}/${id}/logout`);
  }

  /** A browser there, signed in to nothing. */
  visitor(): PageClient {
    return new PageClient(this.origin);
  }

  /**
   * Goes to where our page leads, and signs in where it asks.
   * @returns path and query at which the browser comes back, and whether a password was asked for
   */
  async signInThere(there: PageClient, address: string, username: string) {
    let isAsked = false;
    let url = new URL(address);
    let page: Page = await there.get(url.pathname + url.search);
    for (let step = 0; step < 10; step += 1) {
      if (page.location !== '') {
        url = new URL(page.location, url);
        if (url.origin !== this.origin) return { callback: url.pathname + url.search, isAsked };
        page = await there.get(url.pathname + url.search);
        continue;
      }
      const action = /action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
      if (action === undefined) throw new Error(`Keycloak shows ${page.status} ${page.text.slice(0, 500)}`);
      isAsked = true;
      url = new URL(action, url);
      const form = new URLSearchParams({ username, password: PASSWORD, credentialId: '' });
      page = await there.send('POST', url.pathname + url.search, form.toString(), FORM);
    }
    throw new Error('Keycloak does not let go');
  }

  async stop(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    process.kill(-pid, 'SIGKILL');
    await ended;
  }

  async #isUp(): Promise<boolean> {
    if (this.#process.exitCode !== null) throw new Error(`Keycloak ended with ${this.#process.exitCode}`);
    const answer = await fetch(`${this.origin}/realms/master`).catch(() => undefined);
    return answer?.status === 200;
  }

  async #admin(method: string, path: string, body?: object): Promise<Response> {
    const asked = await fetch(`${this.origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN }),
    });
    const { access_token: token } = (await asked.json()) as { access_token: string };
    const answer = await fetch(this.origin + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

/** As the folder says. */
export function versionOf(folder: string): string {
  return readFileSync(join(folder, 'version.txt'), 'utf8').trim();
}
