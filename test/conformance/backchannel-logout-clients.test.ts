/** OpenID Connect Back-Channel Logout 1.0 section 2.2: what a client may say of where it hears. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Egress } from '../../src/net/egress.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { logoutErrors } from '../../src/oidc/logout-receivers.ts';
import { APP } from '../support/logout-world.ts';
import { startWholeServer } from '../support/whole-server.ts';

describe('2.2 client metadata', () => {
  const given = (more: object) => JSON.stringify([{ client_id: 'a', client_name: 'A', ...APP, ...more }]);

  it.each([
    ['not an address', { backchannel_logout_uri: 'there' }, 'there is not an https address'],
    ['of another scheme', { backchannel_logout_uri: 'ftp://a.example/' }, 'is not an https address'],
    ['MUST NOT have a fragment', { backchannel_logout_uri: 'https://a.example/#b' }, 'has a fragment'],
    [
      'of a device',
      { backchannel_logout_uri: 'https://a.example/', redirect_uris: [] },
      'needs redirect_uris',
    ],
    ['missing', { backchannel_logout_session_required: true }, 'needs backchannel_logout_uri'],
  ])('2.2 an address that is %s is refused at start', (_what, more, error) => {
    expect(() => parseClients(given(more))).toThrow(error);
  });

  it('2.2 an address inside is refused at start, unless the operator allows it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-logout-'));
    const file = join(folder, 'clients.json');
    const inside = ['http://10.0.0.1/logout', 'http://[fd00::1]/logout', 'http://2130706433@8.8.8.8/'];
    const clients = inside.map((backchannel_logout_uri, index) => ({
      ...{ ...APP, client_id: `a${index}`, client_name: 'A' },
      backchannel_logout_uri,
    }));
    await writeFile(file, JSON.stringify(clients));
    const refused = /a0: \w+ is not a public.*a1: \w+ is not a public.*a2: \w+ holds a user/s;
    await expect(startWholeServer({ CLIENTS_FILE: file })).rejects.toThrow(refused);
    await rm(folder, { recursive: true });
  });

  it('2.2 a hundred apps are told at most: each has a queue that every server looks at', () => {
    const egress = new Egress({ allow: [], httpsOnly: true });
    const clients = Array.from({ length: 101 }, (_, index) => ({
      client_id: `a${index}`,
      backchannel_logout_uri: 'https://a.example/logout',
    }));
    expect(logoutErrors(clients.slice(1), egress)).toEqual([]);
    expect(logoutErrors(clients, egress)).toEqual([
      '101 clients have a backchannel_logout_uri: at most 100 may',
    ]);
  });
});
