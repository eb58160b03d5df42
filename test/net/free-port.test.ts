import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.ts';

const RANGE = { lowest: 11_800, beyond: 11_840 };
const MODULE = new URL('../support/free-port.ts', import.meta.url).href;
/** Another worker, which draws as many from the same few. */
const OTHER = `
  const { freePort } = await import(${JSON.stringify(MODULE)});
  const ports = [];
  while (ports.length < 10) ports.push(await freePort(${JSON.stringify(RANGE)}));
  console.log(JSON.stringify(ports));`;

it('a test is given no port that another test was given, though neither listens on it yet', async () => {
  const ours: number[] = [];
  while (ours.length < 10) ours.push(await freePort(RANGE));
  const args = ['--input-type=module', '--eval', OTHER];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const all = [...ours, ...(JSON.parse(stdout) as number[])];
  expect(new Set(all).size).toBe(20);
});
