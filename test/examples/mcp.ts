/** The MCP server and client of `examples/mcp`, run as their first lines say. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { freePort } from '../support/free-port.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';

/** A server whose resources file has that of the example, and a page of which the owner is signed in. */
interface World {
  readonly issuer: string;
  readonly page: Page;
  /** For what is kept. */
  readonly folder: string;
  /** Of the MCP server, as the resources file has it. */
  readonly port: string;
  removeApp(name: string): Promise<void>;
}

/** Where the packages are, as the tests of clients have installed them. */
const THERE = join(import.meta.dirname, '../clients/node_modules/.example-mcp');

export async function tryMcp({ issuer, page, folder, port, removeApp }: World): Promise<void> {
  cpSync(join(EXAMPLES, 'mcp'), THERE, { recursive: true });
  const stateFile = join(folder, 'state.json');
  const callbackPort = String(await freePort());
  const run = (program: string, env: Record<string, string>) =>
    new RunningExample([process.execPath, program], THERE, env);
  const start = (more: Record<string, string> = {}) =>
    run('client.mjs', {
      SERVER: `http://localhost:${port}/mcp`,
      PORT: callbackPort,
      STATE_FILE: stateFile,
      ...more,
    });
  /** As if it had ended. */
  const spoilToken = () => {
    const state = JSON.parse(readFileSync(stateFile, 'utf8'));
    state.tokens.access_token = 'x.y.z';
    writeFileSync(stateFile, JSON.stringify(state));
  };
  const server = run('server.mjs', { ISSUER: issuer, PORT: port });
  try {
    await server.says(/Listening/);
    const first = start();
    const [address = ''] = await first.says(/Open (\S+)/);
    await page.goto(address);
    expect(await page.locator('main').innerText()).toMatch(/Diary[\s\S]*Read your diary/);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    const [account] = await first.says(/The day of (\S+), told to example-mcp-client/);
    expect(await first.ended()).toBe(0);
    spoilToken();
    const again = start();
    expect(await again.says(/^The day of (\S+),/)).toEqual([account]);
    await removeApp('Example MCP client');
    spoilToken();
    const removed = start();
    await removed.says(/Open/);
    await removed.stop();
    const itself = start({ CLIENT_ID: '', STATE_FILE: join(folder, 'registered.json') });
    const [its = ''] = await itself.says(/Open (\S+)/);
    expect(new URL(its).searchParams.get('client_id')).not.toBe('example-mcp-client');
    await page.goto(its);
    expect(await page.locator('main').innerText()).toMatch(/unverified/i);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await itself.says(/The day of (\S+), told to/);
    expect(await itself.ended()).toBe(0);
  } finally {
    await server.stop();
  }
}
