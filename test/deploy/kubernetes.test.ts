/** The manifests of deploy/kubernetes, held against the product and against each other; no cluster is asked. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { startWholeServer, TEST_CLIENTS_FILE } from '../support/whole-server.ts';

const FOLDER = join(import.meta.dirname, '../../deploy/kubernetes');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const textOf = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container extends Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', Probe> {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: object;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

const deployment = parse(textOf('deployment.yaml'));
const { spec } = deployment.spec.template;
const container = spec.containers[0] as Container;
const plain = Object.fromEntries(
  readFileSync(join(FOLDER, 'settings.env'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
) as Record<string, string>;

describe('the manifests for Kubernetes', () => {
  it('are YAML without mistakes, and name no secret', () => {
    for (const name of files) {
      const documents = parseAllDocuments(textOf(name));
      expect([name, documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])]).toEqual([
        name,
        [],
      ]);
      expect(documents.map((one) => one.toJS().kind)).not.toContain('Secret');
    }
    const { resources } = parse(textOf('kustomization.yaml')) as { resources: string[] };
    expect([...resources, 'kustomization.yaml'].sort()).toEqual(files.sort());
  });

  it('have settings with which production starts, and no other', () => {
    const fromDeployment = container.env.map(({ name, value }) => [name, value]);
    const names = [...Object.keys(plain), ...fromDeployment.map(([name = '']) => name)];
    const known = Object.keys(settings.shape);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    const given = {
      ...plain,
      CLIENTS_FILE: TEST_CLIENTS_FILE,
      NODE_ENV: 'production',
      LATCHKEY_SECRET_FILE: container.env.find(({ name }) => name === 'LATCHKEY_SECRET_FILE')?.value,
      REDIS_URL: 'rediss://latchkey:password@redis.example.com:6379',
      SMTP_URL: 'smtp://user:password@smtp.example.com:587',
    };
    const { config, secretSource } = readConfig(given);
    expect([config.mode, config.port]).toEqual(['production', container.ports[0]?.containerPort]);
    const mounted = container.volumeMounts.map(({ mountPath }) => `${mountPath}/`);
    for (const path of [plain['CLIENTS_FILE'], (secretSource as { file: string }).file])
      expect(mounted.some((folder) => path?.startsWith(folder))).toBe(true);
  });

  it('ask for paths that the server answers', async () => {
    await using server = await startWholeServer();
    const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    expect(asked.map(({ httpGet }) => httpGet.path)).toEqual(['/healthz', '/healthz', '/readyz']);
    for (const { httpGet } of asked) {
      expect(httpGet.port).toBe(container.ports[0]?.name);
      expect((await fetch(`${server.origin}${httpGet.path}`)).status).toBe(200);
    }
  });

  it('let a server go when another serves, and what has begun is finished', () => {
    const { replicas, strategy } = deployment.spec;
    expect([replicas, strategy.rollingUpdate]).toEqual([2, { maxUnavailable: 0, maxSurge: 1 }]);
    const pause = Number(/(\d+)\)$/.exec(container.lifecycle.preStop.exec.command.at(-1) ?? '')?.[1]);
    expect(pause).toBeGreaterThanOrEqual(15_000);
    // What `server.ts` takes for requests, and for mails and the store.
    expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(pause + 10_000 + 5000);
  });

  it('give the process no more than it needs', () => {
    expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

(kubectl ? it : it.skip)('rendered by kubectl, all of them are about the same pods', () => {
  const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', FOLDER], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const all = parseAllDocuments(stdout).map((one) => one.toJS());
  const of = (kind: string) => all.find((one) => one.kind === kind);
  const { labels } = of('Deployment').spec.template.metadata;
  const selectors = [
    of('Deployment').spec.selector.matchLabels,
    of('Service').spec.selector,
    of('PodDisruptionBudget').spec.selector?.matchLabels,
    of('NetworkPolicy').spec.podSelector.matchLabels,
  ];
  expect(selectors).toEqual(selectors.map(() => labels));
  const [rendered] = of('Deployment').spec.template.spec.containers;
  expect(rendered.envFrom[0].configMapRef.name).toBe(of('ConfigMap').metadata.name);
  expect(of('ConfigMap').data).toEqual(plain);
  expect(of('Service').spec.ports[0].targetPort).toBe(rendered.ports[0].name);
  expect(of('NetworkPolicy').spec.ingress[0].ports[0].port).toBe(rendered.ports[0].name);
  expect(all.every((one) => one.kind === 'Namespace' || one.metadata.namespace === 'latchkey')).toBe(true);
});
