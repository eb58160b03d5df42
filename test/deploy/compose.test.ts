/** What an operator starts with one command: held against the product, without a container engine. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { settings } from '../../src/config/settings.ts';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { startWholeServer } from '../support/whole-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (name: string) => readFileSync(join(ROOT, name), 'utf8');

interface Service {
  readonly image?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks?: { readonly default: { readonly ipv4_address: string } };
  readonly profiles?: readonly string[];
}
const compose = parse(textOf('compose.yaml')) as { services: Record<string, Service> };
function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

describe('compose.yaml', () => {
  it('names the version of every image that it does not build', () => {
    const images = Object.values(compose.services).flatMap(({ image }) => image ?? []);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/^[a-z]+:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/);
  });

  it('has settings that there are, and believes the proxy of its own', () => {
    const { environment } = service('latchkey');
    expect(Object.keys(environment).filter((name) => !(name in settings.shape))).toEqual([]);
    const { profiles, networks } = service('proxy');
    expect(profiles).toEqual(['proxy']);
    expect(environment['TRUSTED_PROXIES']?.split(',')).toContain(networks?.default.ipv4_address);
  });

  it('counts the server as healthy while it serves, and the proxy waits for that', async () => {
    await using server = await startWholeServer();
    const [, , , script = ''] = service('latchkey').healthcheck?.test ?? [];
    // Not waited for by a call that stops this process: the server is in it.
    const ask = async (origin: string) => {
      const child = spawn(process.execPath, ['-e', script.replace('http://127.0.0.1:3000', origin)]);
      const [code] = await once(child, 'close');
      return code;
    };
    expect(script).toContain('http://127.0.0.1:3000/readyz');
    expect([await ask(server.origin), await ask('http://127.0.0.1:1')]).toEqual([0, 1]);
    expect(service('proxy').depends_on?.['latchkey']?.condition).toBe('service_healthy');
  });

  it('has the proxy serve the name in ISSUER, over https, from the one server', () => {
    const caddy = ensureSystemPackage({ commands: ['caddy'], debianPackage: 'caddy', say: console.log });
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-compose-'));
    try {
      const [script = ''] = service('proxy').command ?? [];
      const here = script
        .replaceAll('$$', '$')
        .replaceAll('/tmp/', `${folder}/`)
        .replace('/etc/latchkey/Caddyfile', join(ROOT, 'deploy/Caddyfile'))
        .replace('exec caddy run', `exec ${caddy} adapt`);
      const env = { PATH: process.env['PATH'], HOME: folder, ISSUER: 'https://login.example.net' };
      const { status, stdout } = spawnSync('sh', ['-c', here], { env, encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, expect.stringContaining('"dial":"latchkey:3000"')]);
      expect(stdout).not.toContain('id.example.com');
      expect(stdout).not.toContain('127.0.0.1:');
      expect(stdout).not.toContain('load_files');
      expect(stdout.match(/"host":\["login\.example\.net"\]/g)).toHaveLength(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
