/** An operator with Helm gets what one with Kustomize gets, and hears of a wrong value before anything is changed. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { changedSettings } from '../../src/config/changed-settings.ts';
import { settings } from '../../src/config/settings.ts';
import { asFixture, CHART, CLUSTER, hashOfChart, helm, RENDERED, render } from './chart.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (name: string) => readFileSync(join(ROOT, name), 'utf8');

interface Manifest {
  kind: string;
  metadata: { name: string; labels?: object };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are compared whole.
  [member: string]: any;
}
const manifestsIn = (text: string): Manifest[] => parseAllDocuments(text).map((one) => one.toJS());
function ofKind(all: readonly Manifest[], kind: string): Manifest {
  const found = all.find((one) => one.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found;
}

const rendered = readFileSync(RENDERED, 'utf8');
const RELEASE = { 'app.kubernetes.io/name': 'latchkey', 'app.kubernetes.io/instance': 'latchkey' };

describe('the Helm chart', () => {
  it('is the one that was rendered for these tests (npm run chart)', () => {
    expect(rendered).toContain(`of the chart with the hash ${hashOfChart()}`);
  });

  it('makes what Kustomize makes, of one release, and nothing else', () => {
    const made = manifestsIn(rendered);
    const names = ['deployment', 'service', 'disruption-budget', 'network-policy'];
    const plain = names.flatMap((name) => manifestsIn(textOf(`deploy/kubernetes/${name}.yaml`)));
    expect(made.map(({ kind }) => kind).sort()).toEqual(
      ['ConfigMap', ...plain.map(({ kind }) => kind)].sort(),
    );
    for (const one of made)
      expect(one.metadata).toMatchObject({ name: expect.stringMatching(/^latchkey/), labels: RELEASE });
    for (const one of plain) {
      const { metadata: _, ...rest } = ofKind(made, one.kind);
      const { metadata: __, ...expected } = one;
      expect(withoutRelease(rest)).toEqual(withoutRelease(expected));
    }
  });

  it('has all of it about the pods of the release, and no other', () => {
    const made = manifestsIn(rendered);
    const spec = (kind: string) => ofKind(made, kind)['spec'];
    const found = [
      spec('Deployment').template.metadata.labels,
      spec('Deployment').selector.matchLabels,
      spec('Deployment').template.spec.topologySpreadConstraints[0].labelSelector.matchLabels,
      spec('Service').selector,
      spec('PodDisruptionBudget').selector.matchLabels,
      spec('NetworkPolicy').podSelector.matchLabels,
    ];
    expect(found).toEqual(found.map(() => RELEASE));
  });

  it('gives the settings that Kustomize gives', () => {
    const lines = textOf('deploy/kubernetes/settings.env').split('\n');
    const given = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2));
    expect(ofKind(manifestsIn(rendered), 'ConfigMap')['data']).toEqual(Object.fromEntries(given));
  });

  it('is of this version, as the manifests are', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    const chart = parse(textOf('deploy/helm/Chart.yaml')) as { appVersion: string };
    const kustomization = parse(textOf('deploy/kubernetes/kustomization.yaml'));
    expect([chart.appVersion, kustomization.images[0].newTag]).toEqual([version, version]);
  });

  it('takes no setting that holds a secret among the plain ones, whichever is added', () => {
    const schema = JSON.parse(textOf('deploy/helm/values.schema.json'));
    const refused: string[] = schema.properties.settings.propertyNames.not.enum;
    const secrets = Object.keys(settings.shape).filter(
      (name) => changedSettings({ [name]: 'a value that nothing has by default' })[name] === 'set',
    );
    expect(secrets).toContain('LATCHKEY_SECRET');
    expect(secrets.filter((name) => !refused.includes(name))).toEqual([]);
  });
});

/** Without what is the release's own: labels and selectors of pods, the image, the mark of the settings. */
function withoutRelease(manifest: object): unknown {
  return JSON.parse(JSON.stringify(manifest), (key, value) => {
    if (['selector', 'matchLabels', 'podSelector', 'image', 'metadata'].includes(key)) return undefined;
    return value;
  });
}

const hasHelm = helm('version').status === 0;

(hasHelm ? describe : describe.skip)('the chart, where there is Helm', () => {
  it('has nothing that Helm finds fault with', () => {
    const { status, stdout } = helm('lint', '--strict', ...CLUSTER, CHART);
    expect([status, stdout]).toEqual([0, expect.not.stringMatching(/\[(WARNING|ERROR)\]/)]);
  });

  it('is rendered as it was for the tests that need no Helm', () => {
    const { stdout, stderr } = render();
    expect(stderr).toBe('');
    expect(withoutVersion(asFixture(stdout))).toBe(withoutVersion(rendered));
  });

  it('passes numbers on as they are written, and pods are replaced when a setting has changed', () => {
    const mark = (text: string) =>
      ofKind(manifestsIn(text), 'Deployment')['spec'].template.metadata.annotations;
    const { stdout } = render('--set', 'settings.MAX_CONNECTIONS=1000000');
    expect(ofKind(manifestsIn(stdout), 'ConfigMap')['data']['MAX_CONNECTIONS']).toBe('1000000');
    expect(mark(stdout)).not.toEqual(mark(rendered));
  });

  it('names an image by its digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const { stdout } = render('--set', `image.digest=${digest}`);
    const { containers } = ofKind(manifestsIn(stdout), 'Deployment')['spec'].template.spec;
    expect(containers[0].image).toBe(`registry.example.com/latchkey@${digest}`);
  });

  it.each([
    ['a secret among the plain settings', 'settings.REDIS_URL=redis://redis', 'REDIS_URL'],
    ['a value that is none', 'replica=3', 'replica'],
    ['an address over http', 'settings.ISSUER=http://id.example.com', 'ISSUER'],
    ['a digest that is none', 'image.digest=latest', 'digest'],
    ['no settings of secrets', 'secret.settings.SMTP_URL=null', 'SMTP_URL'],
  ])('refuses %s', (_what, value, named) => {
    const { status, stderr } = render('--set', value);
    expect([status, stderr]).toEqual([1, expect.stringContaining(named)]);
  });
});

const withoutVersion = (text: string) => text.replace(/^# By Helm \S+,/, '');

/** A folder with JSON schemas of Kubernetes, as kubeconform asks for it; neither is among Debian's packages. */
const schemas = process.env['KUBERNETES_SCHEMAS'] ?? '';
const succeeds = (program: string, ...words: readonly string[]) => spawnSync(program, words).status === 0;
const canValidate =
  schemas !== '' && succeeds('kubeconform', '-v') && succeeds('kubectl', 'version', '--client');

(canValidate ? it : it.skip)(
  'kubeconform and schemas (KUBERNETES_SCHEMAS) find no member that Kubernetes does not know, of Helm or Kustomize',
  () => {
    const { stdout: kustomized } = spawnSync('kubectl', ['kustomize', join(ROOT, 'deploy/kubernetes')]);
    const place = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
    const options = ['-strict', '-summary', '-schema-location', place, '-'];
    const validate = (input: string | Buffer) =>
      spawnSync('kubeconform', options, { input, encoding: 'utf8' });
    for (const [input, count] of [
      [rendered, 5],
      [kustomized, 6],
    ] as const) {
      const { status, stdout } = validate(input);
      expect([status, stdout]).toEqual([
        0,
        expect.stringContaining(`Valid: ${count}, Invalid: 0, Errors: 0`),
      ]);
    }
    expect(validate(rendered.replace('readOnlyRootFilesystem', 'readOnlyRoot')).status).toBe(1);
  },
);
