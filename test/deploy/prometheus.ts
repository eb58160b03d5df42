/** Prometheus as Debian has it, with the rules and the dashboard of docs/. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { OperatorError } from '../../src/errors/operator-error.ts';

const DOCS = join(import.meta.dirname, '../../docs');
export const RULES = join(DOCS, 'alert-rules.yaml');

/** `undefined`: it is not here, and cannot be had unasked. */
export function findPrometheus(): { prometheus: string; promtool: string } | undefined {
  const find = (command: string) =>
    ensureSystemPackage({ commands: [command], debianPackage: 'prometheus', say: console.log });
  try {
    return { prometheus: find('prometheus'), promtool: find('promtool') };
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

export function runTool(program: string, args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', input });
  return { status, said: `${stdout}${stderr}` };
}

interface Panel {
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly Panel[];
}

/** Every question that the dashboard asks. */
export function questionsOfDashboard(): string[] {
  const { panels } = JSON.parse(readFileSync(join(DOCS, 'grafana-dashboard.json'), 'utf8')) as {
    panels: readonly Panel[];
  };
  const all = (panel: Panel): string[] => [
    ...(panel.targets ?? []).flatMap(({ expr }) => expr ?? []),
    ...(panel.panels ?? []).flatMap(all),
  ];
  return panels.flatMap(all);
}

/** Names of the alerts, in the order of the file. */
export function alertNames(): string[] {
  return [...readFileSync(RULES, 'utf8').matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);
}

/** What an alert is seen to fire by: a figure for each minute, of so many minutes. */
export interface Trial {
  readonly series: Readonly<Record<string, string>>;
  readonly minutes: number;
}

/** Runs the rules over made-up figures. @returns what `promtool test rules` says, empty where all is as expected */
export async function tryRules(
  promtool: string,
  folder: string,
  trials: readonly { name: string; fires: boolean; trial: Trial }[],
): Promise<{ status: number | null; said: string }> {
  const tests = trials.map(({ name, fires, trial }) => ({
    interval: '1m',
    input_series: Object.entries(trial.series).map(([series, values]) => ({ series, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${name}", alertstate="firing"}) or vector(0)`,
        eval_time: `${trial.minutes}m`,
        exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
      },
    ],
  }));
  const file = join(folder, 'trials.yaml');
  await writeFile(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }));
  return runTool(promtool, ['test', 'rules', file]);
}
