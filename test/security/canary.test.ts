import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { shows } from '../support/spellings.ts';
import { CORP } from '../support/unreachable-provider.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { type Canary, releaseCanary } from './canary.ts';

/** ASVS 16.2.5 and 11.4: secrets are in no log, in no error, in no address, and not readable in the store. */
describe('marked secrets that went through every page and endpoint', () => {
  let server: WholeServer;
  let canary: Canary;
  beforeAll(async () => {
    server = await startWholeServer({}, undefined, { upstreams: [CORP] });
    canary = await releaseCanary(server);
  });
  afterAll(() => server.close());

  const found = (text: string, values: ReadonlyMap<string, string>) =>
    [...values].filter(([, value]) => shows(text, value)).map(([what]) => what);

  it('were many, and went to all of them', () => {
    expect(canary.secrets.size).toBeGreaterThan(18);
    expect([...canary.secrets].filter(([, value]) => value.length < 6)).toEqual([]);
    expect(canary.answers.length).toBeGreaterThan(30 * canary.secrets.size);
    // What looks for them would find them.
    for (const [what, value] of canary.secrets) {
      for (const text of [` ${value} `, JSON.stringify({ a: value })])
        expect(found(text, new Map([[what, value]]))).toEqual([what]);
    }
  });

  it('are in no line of the log', () => {
    const log = server.logged();
    expect(log.split('\n').length).toBeGreaterThan(canary.answers.length);
    expect(found(log, new Map([...canary.secrets, ...canary.personal]))).toEqual([]);
  });

  it('are in no error, and in no address that an answer leads to', () => {
    // A form that is shown again carries its own token and ticket, to the browser that it came from.
    const secrets = new Map([...canary.secrets].filter(([what]) => !/form token|ticket$/.test(what)));
    const told = canary.answers.flatMap(({ to, page }) => {
      const error = page.status >= 400 ? page.text : '';
      return found(`${error} ${page.location}`, secrets).map((what) => `${what}: ${to}`);
    });
    expect(told).toEqual([]);
  });

  it('cannot be read in a dump of Redis, keys and values', async () => {
    const contents = await contentsUnder(server.stores.connection.redis, server.stores.prefix);
    const dump = JSON.stringify(contents);
    expect(Object.keys(contents).length).toBeGreaterThan(20);
    expect(found(dump, new Map([...canary.secrets, ...canary.personal]))).toEqual([]);
  });
});
