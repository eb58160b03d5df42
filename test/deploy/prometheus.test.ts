/** An operator is woken for what the rules name, and not for a quiet server; the dashboard asks what Prometheus answers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import {
  alertNames,
  findPrometheus,
  questionsOfDashboard,
  RULES,
  runTool,
  type Trial,
  tryRules,
} from './prometheus.ts';
import { run } from './proxies.ts';

const found = findPrometheus();
const { prometheus, promtool } = found ?? { prometheus: '', promtool: '' };

/** A counter that grows by so many each minute; a figure that stays. */
const grows = (by: number) => `0+${by}x60`;
const stays = (figure: number) => `${figure}x60`;
const EVENTS = (event: string) => `latchkey_security_events_total{event="${event}"}`;

/** What each alert is for; the second, what it must not fire for. */
const TRIALS: Readonly<Record<string, readonly [fires: Trial, quiet: Trial]>> = {
  LatchkeyStoreFails: both('latchkey_redis_seconds_count{outcome="failed"}', grows(60), grows(1), 10),
  LatchkeyReplicasAreMissing: both('latchkey_redis_replicas_missing', stays(1), stays(0), 5),
  LatchkeyStoreIsSlow: [
    {
      series: {
        'latchkey_redis_seconds_bucket{le="0.1"}': grows(90),
        'latchkey_redis_seconds_bucket{le="1"}': grows(100),
        'latchkey_redis_seconds_bucket{le="+Inf"}': grows(100),
      },
      minutes: 20,
    },
    {
      series: {
        'latchkey_redis_seconds_bucket{le="0.1"}': grows(100),
        'latchkey_redis_seconds_bucket{le="1"}': grows(100),
        'latchkey_redis_seconds_bucket{le="+Inf"}': grows(100),
      },
      minutes: 20,
    },
  ],
  LatchkeyAlertsWait: both('latchkey_alerts_waiting', stays(101), stays(100), 20),
  LatchkeyMailIsNotReady: both('latchkey_mail_ready', stays(0), stays(1), 20),
  LatchkeyAppsDoNotHear: both('latchkey_notices_total{outcome="given-up"}', grows(1), stays(7), 20),
  LatchkeyNoticesWait: both('latchkey_notices_waiting', stays(1001), stays(1000), 30),
  LatchkeyWebhookReceiverIsOff: both('latchkey_webhook_receivers_off', stays(1), stays(0), 20),
  LatchkeySecurityEventsArePaused: both('latchkey_signal_streams_paused', stays(1), stays(0), 20),
  LatchkeyProxyIsNotNamed: [
    {
      series: {
        latchkey_unnamed_proxy_requests_total: grows(60),
        latchkey_http_request_seconds_count: grows(100),
      },
      minutes: 40,
    },
    {
      series: {
        latchkey_unnamed_proxy_requests_total: grows(40),
        latchkey_http_request_seconds_count: grows(100),
      },
      minutes: 40,
    },
  ],
  LatchkeyCodesAreGuessed: both(EVENTS('user-code-refused'), grows(120), grows(30), 40),
  LatchkeyPasswordsAreGuessed: both(EVENTS('sign-in-refused'), grows(600), grows(60), 40),
  LatchkeyKeysAreReplayed: both(EVENTS('device-replayed'), grows(1), stays(30), 40),
  LatchkeyDevicesPollTooFast: [
    {
      series: {
        'latchkey_polls_total{answer="slow_down"}': grows(30),
        'latchkey_polls_total{answer="pending"}': grows(70),
      },
      minutes: 58,
    },
    {
      series: {
        'latchkey_polls_total{answer="slow_down"}': grows(10),
        'latchkey_polls_total{answer="pending"}': grows(90),
      },
      minutes: 58,
    },
  ],
};

function both(series: string, fires: string, quiet: string, minutes: number): readonly [Trial, Trial] {
  return [
    { series: { [series]: fires }, minutes },
    { series: { [series]: quiet }, minutes },
  ];
}

(found ? describe : describe.skip)(
  'alert rules and dashboard, where Prometheus can be had (Debian: prometheus)',
  () => {
    let folder: string;
    let server: WholeServer;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'latchkey-prometheus-'));
      server = await startWholeServer();
    });
    afterAll(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('promtool takes the rules', () => {
      expect(runTool(promtool, ['check', 'rules', RULES])).toMatchObject({ status: 0 });
    });

    it.each(Object.keys(TRIALS))('%s fires for what it names, and for nothing less', async (name) => {
      const [fires, quiet] = TRIALS[name] ?? [];
      if (!fires || !quiet) throw new Error('no trial');
      const trials = [
        { name, fires: true, trial: fires },
        { name, fires: false, trial: quiet },
      ];
      expect(await tryRules(promtool, folder, trials)).toMatchObject({ status: 0 });
    });

    it('each rule is tried here', () => {
      expect(Object.keys(TRIALS)).toEqual(alertNames());
    });

    it('promtool takes what a server says of itself', async () => {
      const text = await (await request(`${server.origin}/metrics`)).text();
      const { said } = runTool(promtool, ['check', 'metrics'], text);
      // Three of prom-client’s own bear a name that is against the custom.
      expect(
        said.split('\n').filter((line) => !/^(latchkey_nodejs_active_\w+_total non-counter.*)?$/.test(line)),
      ).toEqual([]);
    });

    it('a real Prometheus reads the server, has every rule in health, and answers what the dashboard asks', async () => {
      const port = await freePort();
      const config = {
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [RULES],
        scrape_configs: [
          { job_name: 'latchkey', static_configs: [{ targets: [new URL(server.origin).host] }] },
        ],
      };
      await writeFile(join(folder, 'prometheus.yaml'), JSON.stringify(config));
      const running = await run(
        'prometheus',
        prometheus,
        [
          `--config.file=${join(folder, 'prometheus.yaml')}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ],
        folder,
        port,
      );
      try {
        // While it reads its files it answers 503, in plain text.
        const ask = async (path: string): Promise<unknown> => {
          const answer = await request(`http://127.0.0.1:${port}/api/v1/${path}`);
          return answer.headers.get('content-type')?.includes('json') ? answer.json() : {};
        };
        await eventually('the first reading', async () => {
          const { data } = (await ask('query?query=up')) as {
            data?: { result: { value: [number, string] }[] };
          };
          return data?.result[0]?.value[1] === '1';
        });
        const health = await eventually('every rule', async () => {
          const { data } = (await ask('rules')) as { data?: { groups: { rules: { health: string }[] }[] } };
          const all = data?.groups.flatMap(({ rules }) => rules.map((one) => one.health)) ?? [];
          return all.length > 0 && !all.includes('unknown') && all;
        });
        expect(health).toEqual(alertNames().map(() => 'ok'));
        const questions = questionsOfDashboard();
        expect(questions.length).toBeGreaterThan(8);
        for (const question of questions) {
          const answer = await ask(`query?query=${encodeURIComponent(question)}`);
          expect([question, answer]).toEqual([question, expect.objectContaining({ status: 'success' })]);
        }
      } finally {
        await running.stop();
      }
    });
  },
);
