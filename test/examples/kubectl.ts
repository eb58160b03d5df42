/** What `examples/kubectl` sets for kubectl and for the API server, run against an API server that does what it says. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Page } from 'playwright-core';
import { TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { freePort } from '../support/free-port.ts';
import { request as httpRequest } from '../support/http.ts';
import { tokensOf } from '../support/linked-device.ts';
import { makeAuthority, makeCertificate } from '../support/test-certificates.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';

interface World {
  readonly issuer: string;
  /** Its owner is signed in. */
  readonly page: Page;
  readonly folder: string;
}

const hasKubectl = spawnSync('which', ['kubectl']).status === 0;
/** Under the name by which kubectl finds it. */
export const hasKubelogin = hasKubectl && spawnSync('which', ['kubectl-oidc_login']).status === 0;

const read = (name: string, issuer: string) =>
  readFileSync(join(EXAMPLES, 'kubectl', name), 'utf8').replaceAll('https://link.example.org', issuer);

/** The settings of kubelogin in the example. */
function settings(issuer: string) {
  const kubeconfig = read('kubeconfig.yaml', issuer);
  const values = (name: string) =>
    [...kubeconfig.matchAll(new RegExp(`--oidc-${name}=(\\S+)`, 'g'))].map(([, value = '']) => value);
  return {
    issuer: values('issuer-url')[0] ?? '',
    clientId: values('client-id')[0] ?? '',
    // kubelogin asks for openid by itself.
    scope: ['openid', ...values('extra-scope')].join(' '),
  };
}

/** As authentication.yaml says it. @throws where the token is none for this API server */
async function usernameOf(token: string, issuer: string): Promise<string> {
  const text = read('authentication.yaml', issuer);
  const said = (pattern: RegExp) => pattern.exec(text)?.[1] ?? '';
  const url = said(/issuer:\n +url: (\S+)/);
  const metadata = await httpRequest(`${url}/.well-known/openid-configuration`);
  const { jwks_uri } = (await metadata.json()) as { jwks_uri: string };
  const audience = said(/audiences:\n +- (\S+)/);
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer: url,
    audience,
  });
  if (payload['email_verified'] !== true) throw new Error(said(/message: (.*)/));
  return said(/prefix: "(.*)"/) + payload[said(/username:\n +claim: (\S+)/)];
}

/** The ID token that these settings bring, asked for as kubelogin asks: on a loopback address without a path, with PKCE. */
export async function tryToken({ issuer, page }: World, email: string): Promise<void> {
  const { clientId, scope, ...its } = settings(issuer);
  const home = `http://localhost:${await freePort()}`;
  const app = await TestApp.of(its, clientId, home);
  expect(app.config.serverMetadata().scopes_supported).toEqual(expect.arrayContaining(scope.split(' ')));
  const attempt = await app.begin({ scope });
  await page.goto(attempt.url.href);
  const heard = page.waitForRequest((request) => request.url().startsWith(`${home}/?`));
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  const client = new DeviceClient(its.issuer, clientId);
  const tokens = tokensOf(
    await client.post('/token', {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: new URL((await heard).url()).searchParams.get('code') ?? '',
      redirect_uri: home,
      code_verifier: attempt.verifier,
    }),
  );
  const refreshed = tokensOf(await client.refresh(tokens.refresh_token));
  for (const { id_token: idToken = '' } of [tokens, refreshed])
    expect(await usernameOf(idToken, issuer)).toBe(`latchkey:${email}`);
  await expect(usernameOf(tokens.access_token, issuer)).rejects.toThrow();
}

/** `kubectl auth whoami` with kubelogin: through the browser the first time, and by itself the second one. */
export async function tryKubectl({ issuer, page, folder }: World, email: string): Promise<void> {
  const api = await startApi(folder, issuer);
  const address = `https://localhost:${(api.address() as AddressInfo).port}`;
  // Chosen here, so that no two runs meet at port 8000, and no other browser opens.
  const own = `\n          - --listen-address=127.0.0.1:${await freePort()}\n          - --skip-open-browser\ncontexts`;
  const kubeconfig = read('kubeconfig.yaml', issuer).replace('https://kubernetes.example.org', address);
  writeFileSync(join(folder, 'kubeconfig.yaml'), kubeconfig.replace('\ncontexts', own));
  const whoami = () =>
    new RunningExample(['sh', '-c', 'exec kubectl --kubeconfig kubeconfig.yaml auth whoami 2>&1'], folder, {
      HOME: folder,
    });
  const started: RunningExample[] = [];
  try {
    const first = whoami();
    started.push(first);
    const [visit = ''] = await first.says(/(http:\/\/localhost:\d+\S*)/);
    await page.goto(visit);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    expect(await first.says(/Username\s+(\S+)/)).toEqual([`latchkey:${email}`]);
    const again = whoami();
    started.push(again);
    expect(await again.says(/^ATTRIBUTE[^\n]*\nUsername\s+(\S+)/)).toEqual([`latchkey:${email}`]);
  } finally {
    await Promise.all(started.map((one) => one.stop()));
    api.close();
  }
}

/** kubelogin on a machine without a browser: the same settings, as a device (RFC 8628). */
export async function tryDeviceCode(
  { issuer, folder }: World,
  email: string,
  link: (userCode: string) => Promise<void>,
): Promise<void> {
  const { clientId } = settings(issuer);
  const options = `--oidc-issuer-url=${issuer} --oidc-client-id=${clientId} --oidc-extra-scope=email`;
  const command = `exec kubectl-oidc_login get-token ${options} --grant-type=device-code --skip-open-browser 2>&1`;
  const login = new RunningExample(['sh', '-c', command], folder, { HOME: join(folder, 'elsewhere') });
  try {
    const [userCode = ''] = await login.says(/\b([A-Z]{4}-[A-Z]{4})\b/);
    await link(userCode);
    const [idToken = ''] = await login.says(/"token":"([^"]+)"/);
    expect(await usernameOf(idToken, issuer)).toBe(`latchkey:${email}`);
    expect(await login.ended()).toBe(0);
  } finally {
    await login.stop();
  }
}

/** As much of a Kubernetes API server as tells who it is that asks. */
async function startApi(folder: string, issuer: string): Promise<Server> {
  const authority = await makeAuthority(folder, 'kubernetes-ca');
  const { key, certificate } = await makeCertificate(folder, 'kubernetes', authority, ['DNS:localhost']);
  copyFileSync(authority.certificate, join(folder, 'ca.pem'));
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    async (request, response) => {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      const username = await usernameOf(token, issuer).catch(() => undefined);
      const answer = username
        ? { kind: 'SelfSubjectReview', status: { userInfo: { username } } }
        : { kind: 'Status', status: 'Failure', reason: 'Unauthorized', code: 401 };
      const apiVersion = username ? 'authentication.k8s.io/v1' : 'v1';
      response.writeHead(username ? 201 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ apiVersion, ...answer }));
    },
  );
  await once(server.listen(0, 'localhost'), 'listening');
  return server;
}
