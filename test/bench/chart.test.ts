import { describe, expect, it } from '@jest/globals';
import { chart } from '../../bench/chart.ts';
import type { Cost } from '../../bench/report.ts';

const cost = (server: number): Cost[] => [{ rate: 1, server, redis: 1, p50: 1, p99: 1, memory: 1 }];
const RESULT = { name: 'a < b', costs: { latchkey: cost(40), plain: cost(160) }, counts: {} };

describe('the picture of what requests cost', () => {
  const svg = chart([RESULT], 'On one day.');

  it('says in words what it shows, for those who do not see it', () => {
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toMatch(/<title id="title">Processor time of the server/);
    expect(svg).toContain('On one day. a &lt; b: Latchkey 40 µs, plain on Redis 160 µs.</desc>');
  });

  it('has a bar for each server, as long as what it took', () => {
    const widths = [...svg.matchAll(/<rect class="(\w+)"[^>]* width="(\d+)"/g)].map(([, kind, width]) => [
      kind,
      Number(width),
    ]);
    expect(widths).toEqual([
      ['latchkey', 100],
      ['plain', 400],
    ]);
  });

  it('has colours of its own where the reader’s screen is dark', () => {
    expect(svg).toMatch(/@media \(prefers-color-scheme: dark\) \{[^}]*text \{/);
  });
});
