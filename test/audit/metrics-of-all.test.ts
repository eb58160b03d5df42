import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/audit/metrics.ts';
import { MetricsOfAll } from '../../src/audit/metrics-of-all.ts';

describe('figures of several processes', () => {
  it('are sums; what was counted stays when one ends, and what all see alike is there once', async () => {
    const all = new MetricsOfAll();
    const processes = [new Metrics(), new Metrics()];
    const line = async (start: string) =>
      (await all.text())
        .split('\n')
        .find((text) => text.startsWith(start))
        ?.slice(start.length + 1);
    for (const [id, metrics] of processes.entries()) {
      for (let poll = 0; poll <= id; poll += 1) metrics.countPoll('pending');
      metrics.countRequest('/token', 200, 0.02);
      metrics.setClientsFile('abc');
      metrics.watchQueue('alerts_waiting', 'Waiting.', async () => 7);
      metrics.setMailReady(id === 0);
      all.hear(id, await metrics.figures());
    }
    const figures = async () => ({
      polls: await line('latchkey_polls_total{answer="pending"}'),
      requests: await line('latchkey_http_request_seconds_count{route="/token",status="2xx"}'),
      quick: await line('latchkey_http_request_seconds_bucket{le="0.01",route="/token",status="2xx"}'),
      slower: await line('latchkey_http_request_seconds_bucket{le="0.025",route="/token",status="2xx"}'),
      workers: await line('latchkey_workers'),
      file: await line('latchkey_clients_file_info{sha="abc"}'),
      alerts: await line('latchkey_alerts_waiting'),
      mail: await line('latchkey_mail_ready'),
    });
    const counted = { polls: '3', requests: '2', quick: '0', slower: '2', file: '1', alerts: '7' };
    expect(await figures()).toEqual({ ...counted, workers: '2', mail: '0' });
    all.forget(1);
    all.countEnd();
    expect(await figures()).toEqual({ ...counted, workers: '1', mail: '1' });
    expect(await line('latchkey_worker_ends_total')).toBe('1');
  });
});
