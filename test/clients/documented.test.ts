/** docs/clients.md says what was run: which version, and with which entry of the clients file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROGRAMS_RUN, WHERE_THERE } from './clients-run.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');

/** The cells of each row, by the name in the first. */
const ROWS = new Map(
  read('../../docs/clients.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '))
    .map(([name = '', ...cells]) => [name, cells] as const),
);

/** How the page names those that it names otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  'auth-js': 'Auth.js (`@auth/express`)',
  'express-openid-connect-code': 'express-openid-connect with codes',
  'openid-client-5': 'openid-client 5',
  'app-auth': 'AppAuth-JS (`@openid/appauth`)',
  authlib: 'Authlib (Python)',
  'requests-oauthlib': 'requests-oauthlib (Python)',
  'mod-auth-openidc': 'mod_auth_openidc (Apache)',
  'go-oidc': 'go-oidc with x/oauth2 (Go)',
};
const PACKAGES: Readonly<Record<string, string>> = {
  'auth-js': '@auth/express',
  'app-auth': '@openid/appauth',
  'express-openid-connect-code': 'express-openid-connect',
};
/** Run by tests of their own. */
const ELSEWHERE = [
  'openid-client 6',
  'MCP (`@modelcontextprotocol/sdk`)',
  'kubelogin with kubectl',
  'oidc-agent',
];

const RUN = [...PROGRAMS_RUN, ...WHERE_THERE.map(([program]) => program)];
const rowOf = (id: string) => ROWS.get(NAMES[id] ?? id) ?? [];

/** As far as the page gives it: major and minor. */
const shortOf = (version = '') => /^v?(\d+\.\d+)/.exec(version)?.[1] ?? version;

describe('docs/clients.md', () => {
  it('has a row for each client that is run, and for no other', () => {
    const names = RUN.map(({ id }) => NAMES[id] ?? id);
    const rows = [...ROWS.keys()].filter((name) => name !== 'client');
    expect(rows.sort()).toEqual([...names, ...ELSEWHERE].sort());
  });

  it.each(RUN)('says what $id was registered with', ({ id, more = {}, secret, logout, hearsAt }) => {
    const [, entry = '', , did = ''] = rowOf(id);
    expect(entry.includes('`client_secret`')).toBe(secret !== false);
    expect(entry.includes('`"require_pkce": false`')).toBe('require_pkce' in more);
    expect(entry.includes('`"response_types": ["id_token"]`')).toBe('response_types' in more);
    expect(/post_logout_redirect_uris/.test(entry)).toBe(logout !== undefined);
    expect(did.includes('`backchannel_logout_uri`')).toBe(hearsAt !== undefined);
  });

  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version?: string }>;
  };
  const ofNpm = [...RUN.map(({ id }) => id), '@modelcontextprotocol/sdk'].flatMap((id) => {
    const version = packages[`node_modules/${PACKAGES[id] ?? id}`]?.version;
    return version ? [[id, version] as const] : [];
  });
  it.each(ofNpm)('names the version of %s that is installed: %s', (id, version) => {
    const [said] = id.startsWith('@') ? (ROWS.get(`MCP (\`${id}\`)`) ?? []) : rowOf(id);
    expect(said).toBe(shortOf(version));
  });

  it('names the versions of the clients in Go', () => {
    const required = [...read('programs/go-oidc/go.mod').matchAll(/^\t\S+ (v\S+)$/gm)].map(([, version]) =>
      shortOf(version),
    );
    expect(rowOf('go-oidc')[0]?.split(', ')).toEqual(required);
  });
});
