/** The Helm chart, as Helm renders it: Helm is not among Debian's packages, so what it made is kept beside the tests. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
export const CHART = join(ROOT, 'deploy/helm');
export const RENDERED = join(ROOT, 'test/fixtures/chart.yaml');

/** Of all files of the chart: another text, another hash. */
export function hashOfChart(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(CHART, { recursive: true, encoding: 'utf8' }).sort())
    if (/\.\w+$/.test(name)) hash.update(`${name}\n${readFileSync(join(CHART, name), 'utf8')}\n`);
  return hash.digest('hex');
}

export function helm(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('helm', words, { encoding: 'utf8' });
}

/** Said, since a Helm that was built from source takes any cluster for one of long ago. */
export const CLUSTER = ['--kube-version', '1.25.0'];

/** What the chart is with the values that it has by itself. */
export function render(...options: readonly string[]) {
  return helm('template', 'latchkey', CHART, '--namespace', 'latchkey', ...CLUSTER, ...options);
}

/** The text of the fixture for what Helm has rendered. */
export function asFixture(rendered: string): string {
  const version = helm('version', '--template', '{{.Version}}').stdout;
  return `# By Helm ${version}, of the chart with the hash ${hashOfChart()}: npm run chart\n${rendered}`;
}
