/** The clients that are run, and what each is registered with. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { type ClientProgram, PROGRAMS } from './client-program.ts';
import { hasGoFor } from './go-program.ts';

/** Where a client hears that its people have signed out is in its entry before it starts. */
const [APACHE, EXPRESS] = [await freePort(), await freePort()];
/** For what is built and written, once there is such a folder. */
export const folder = join(tmpdir(), `latchkey-clients-${randomUUID()}`);
const onPath = (command: string) => spawnSync('which', [command]).status === 0;

/** What is set beside name, addresses and secret, is what docs/clients.md says of the client. */
export const PROGRAMS_RUN: readonly ClientProgram[] = [
  { id: 'auth-js', callback: '/auth/callback/latchkey' },
  { id: 'passport-oauth2', more: { require_pkce: false } },
  { id: 'passport-openidconnect', more: { require_pkce: false } },
  { id: 'express-openid-connect', secret: false, more: { response_types: ['id_token'] } },
  {
    id: 'express-openid-connect-code',
    port: EXPRESS,
    more: { require_pkce: false },
    logout: (home) => `${home}/logout`,
    hearsAt: '/backchannel-logout',
  },
  { id: 'openid-client-5', more: { require_pkce: false }, logout: (home) => `${home}/logout` },
  { id: 'oauth4webapi' },
  { id: 'oidc-client-ts', secret: false, logout: (home) => `${home}/logout` },
  { id: 'app-auth', secret: false },
  {
    id: 'authlib',
    more: { require_pkce: false },
    command: ['/usr/bin/python3', join(PROGRAMS, 'authlib-app.py')],
  },
  {
    id: 'requests-oauthlib',
    more: { require_pkce: false },
    command: ['/usr/bin/python3', join(PROGRAMS, 'requests-oauthlib-app.py')],
  },
  {
    id: 'mod-auth-openidc',
    port: APACHE,
    more: { require_pkce: false },
    hearsAt: '/callback?logout=backchannel',
    login: '/',
    signedOut: '/signed-out.shtml',
    logout: (home) => `${home}/callback?logout=${encodeURIComponent(`${home}/signed-out.shtml`)}`,
    command: ['/usr/sbin/apache2', '-X', '-f', join(PROGRAMS, 'mod-auth-openidc/apache.conf')],
  },
];
/** In programs that not every machine has. */
export const WHERE_THERE: readonly [ClientProgram, boolean, string][] = [
  [
    { id: 'go-oidc', more: { require_pkce: false }, command: [join(folder, 'go-oidc')] },
    hasGoFor('go-oidc'),
    'Go',
  ],
  [
    {
      id: 'oauth2-proxy',
      more: { require_pkce: false },
      callback: '/oauth2/callback',
      login: '/oauth2/start',
      name: false,
    },
    onPath('oauth2-proxy'),
    'oauth2-proxy',
  ],
];
