/** Machines without a screen, linked by a key that their owner has made: how it goes, and what a key does not do. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { ClientsError, parseClients } from '../../src/oidc/clients.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { DeviceClient } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { KeyedMachine, LinkKeyOwner, RACK } from '../support/link-key-owner.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';

const KIOSK = { client_id: 'kiosk', client_name: 'Kiosk', device_link_keys: 'any' };
const PAGE = { ...KIOSK, client_id: 'page', cors_origins: ['https://evil.example'] };

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, RACK, KIOSK, PAGE] });
});
afterAll(() => protocol.close());

let owner: LinkKeyOwner;
beforeEach(async () => {
  owner = await LinkKeyOwner.of(protocol.stores);
});
const machine = (key: string, clientId?: string) => new KeyedMachine(protocol.issuer, key, clientId);

describe('a machine with a key of its owner', () => {
  it('gets its tokens with the first poll, and is a row like every other; the key is spent', async () => {
    const rack = machine(await owner.makes());
    const answer = await rack.presents({ nonce: 'once' });
    const { deviceCode, userCode } = codesOf(answer);
    expect(await protocol.linking.find(userCode)).toBeUndefined();
    expect(await owner.rows()).toEqual([]);
    expect(await owner.list()).toMatchObject([{ usesLeft: 1 }]);
    const linked = await rack.poll(deviceCode);
    expect(linked.status).toBe(200);
    const tokens = tokensOf(linked);
    expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({
      sub: owner.accountId,
      nonce: 'once',
      amr: owner.browser.amr,
      auth_time: owner.browser.authTime,
    });
    expect((await rack.userinfo(tokens.access_token)).body['sub']).toBe(owner.accountId);
    expect((await rack.refresh(tokens.refresh_token)).status).toBe(200);
    expect(await owner.rows()).toMatchObject([
      { claimed: { name: 'srv-04' }, clientId: 'rack', linkKey: { name: 'Rack 4' } },
    ]);
    expect(await owner.list()).toEqual([]);
    expect(await owner.kinds()).toEqual(['device-linked', 'link-key-made']);
    expect(errorOf(await rack.presents())).toBe('invalid_grant');
  });

  it('is bound to its own key by a proof, as every device', async () => {
    const [rack, own] = [machine(await owner.makes()), await deviceKey(protocol.issuer)];
    const { deviceCode } = codesOf(await rack.presents());
    const form = { grant_type: DEVICE_CODE, device_code: deviceCode, client_id: 'rack' };
    const answer = await rack.post('/token', form, { dpop: await own.prove('/token') });
    expect(answer.body['token_type']).toBe('DPoP');
    expect(await owner.rows()).toMatchObject([{ bound: true }]);
  });

  it('links as many as its owner said, each a device of its own', async () => {
    const key = await owner.makes({ uses: 3 });
    for (const left of [2, 1, 0]) {
      expect((await machine(key).links()).status).toBe(200);
      expect((await owner.list()).map(({ usesLeft }) => usesLeft)).toEqual(left ? [left] : []);
    }
    expect(errorOf(await machine(key).links())).toBe('invalid_grant');
    expect(await owner.rows()).toHaveLength(3);
  });

  it('races with a copy of its key for the one use: one of them is a row', async () => {
    const key = await owner.makes();
    const codes = await Promise.all([1, 2, 3, 4].map(async () => codesOf(await machine(key).presents())));
    const answers = await Promise.all(codes.map(({ deviceCode }) => machine(key).poll(deviceCode)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const lost of answers.filter(({ status }) => status !== 200))
      expect(errorOf(lost)).toBe('invalid_grant');
    expect(await owner.rows()).toHaveLength(1);
  });

  it('that is killed between key and tokens presents it again: the use is still there', async () => {
    const key = await owner.makes();
    await machine(key).presents();
    const cut = codesOf(await machine(key).presents());
    // The server died after the code was used up, and before its grant was a row.
    expect(await protocol.stores.deviceCodes.consume(cut.deviceCode)).toBe('consumed');
    expect(errorOf(await machine(key).poll(cut.deviceCode))).toBe('invalid_grant');
    expect((await machine(key).links()).status).toBe(200);
    expect(await owner.rows()).toHaveLength(1);
  });

  it('hears 429 where too many wait under its key', async () => {
    const key = await owner.makes();
    for (let waiting = 0; waiting < 9; waiting += 1) expect((await machine(key).presents()).status).toBe(200);
    const full = await machine(key).presents();
    expect([full.status, errorOf(full)]).toEqual([429, 'temporarily_unavailable']);
  });
});

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

describe('a key', () => {
  /** What is wrong, and how it comes about. */
  const WRONG: Readonly<
    Record<string, () => Promise<{ rack: KeyedMachine; fields?: Record<string, string> }>>
  > = {
    unknown: async () => {
      const key = await owner.makes();
      return { rack: machine(key.slice(0, -43) + 'A'.repeat(43)) };
    },
    'of no account': async () => ({ rack: machine(`lk_${'A'.repeat(65)}`) }),
    'of another client': async () => ({ rack: machine(await owner.makes(), 'kiosk') }),
    'at a client that takes none': async () => ({
      rack: machine(await owner.makes({ clientId: 'tv' }), 'tv'),
    }),
    elsewhere: async () => ({ rack: machine(await owner.makes({ network: '192.0.2.1' })) }),
    'for more than was allowed': async () => ({
      rack: machine(await owner.makes()),
      fields: { scope: 'openid email' },
    }),
    'for an API': async () => ({
      rack: machine(await owner.makes()),
      fields: { resource: 'https://api.example.com' },
    }),
    'older than the proof that is asked for': async () => ({
      rack: machine(await owner.makes({}, { authTime: owner.browser.authTime - 60 })),
      fields: { max_age: '30' },
    }),
    'where a proof at this very moment is asked for': async () => ({
      rack: machine(await owner.makes()),
      fields: { prompt: 'login' },
    }),
    'where a proof of no age is asked for': async () => ({
      rack: machine(await owner.makes()),
      fields: { max_age: '0' },
    }),
    spent: async () => {
      const rack = machine(await owner.makes());
      await rack.links();
      return { rack };
    },
    ended: async () => {
      const rack = machine(await owner.makes());
      const [{ id = '' } = {}] = await owner.list();
      await owner.keys.end(owner.browser, id, false, { address: '127.0.0.1', userAgent: '' });
      return { rack };
    },
    'made before everything was signed out': async () => {
      const rack = machine(await owner.makes());
      await protocol.stores.accounts.signOutEverything(owner.accountId);
      return { rack };
    },
    'of a disabled account': async () => {
      const rack = machine(await owner.makes());
      await protocol.stores.accounts.setStatus(owner.accountId, 'disabled');
      return { rack };
    },
  };

  it.each(Object.keys(WRONG))('%s is answered as every other wrong one, and links nothing', async (what) => {
    const { rack, fields = {} } = (await WRONG[what]?.()) ?? { rack: machine('') };
    const before = await owner.rows();
    const answer = await rack.presents(fields);
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'grant request is invalid' },
    ]);
    expect(await owner.rows()).toEqual(before);
  });

  it('that is unknown costs the store no more and no less, of whichever account it says it is', async () => {
    const { redis } = protocol.stores.connection;
    const own = (await owner.makes()).slice(0, -43) + 'A'.repeat(43);
    const ofMine = await commandsSent(redis, () => machine(own).presents());
    const ofNone = await commandsSent(redis, () => machine(`lk_${'A'.repeat(65)}`).presents());
    expect(ofMine).toEqual(ofNone);
    expect(ofMine).toHaveLength(1);
  });

  it('that looks like none is malformed', async () => {
    for (const key of ['lk_', 'secret', `lk_${'A'.repeat(64)}`, `lk_${'A'.repeat(66)}`, 'x'.repeat(5000)]) {
      const answer = await machine(key).presents();
      expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_request']);
    }
    expect((await machine(`${await owner.makes()}\n`).links()).status).toBe(200);
  });

  it('that was used wrongly is told to its owner, once', async () => {
    // Of the address of this machine it cannot be told where it is.
    const rack = machine(await owner.makes({ network: '192.0.2.1' }));
    for (let tries = 0; tries < 3; tries += 1) await rack.presents();
    expect(await owner.kinds()).toEqual(['link-key-refused', 'link-key-made']);
    expect(await owner.list()).toMatchObject([{ refused: { why: 'unsure' }, usesLeft: 1 }]);
  });

  it('for one network is not used by a web page in it, and one for anywhere is', async () => {
    const ofPages = { clientId: PAGE.client_id };
    const here = machine(await owner.makes(ofPages), PAGE.client_id);
    const anywhere = machine(await owner.makes({ ...ofPages, network: undefined, uses: 2 }), PAGE.client_id);
    // Any website can have its visitor's browser ask so, from the visitor's own address.
    const page = { origin: String(PAGE.cors_origins) };
    expect(errorOf(await here.presents({}, page))).toBe('invalid_grant');
    expect((await anywhere.presents({}, page)).status).toBe(200);
    expect((await here.links()).status).toBe(200);
    expect((await anywhere.links()).status).toBe(200);
  });

  it('ends with what it linked, where its owner wants that, and touches no sibling', async () => {
    const [key, other] = [await owner.makes({ uses: 3 }), await owner.makes({ name: 'Rack 5' })];
    const ended = [tokensOf(await machine(key).links()), tokensOf(await machine(key).links())];
    const stays = tokensOf(await machine(other).links());
    const [{ id = '' } = {}] = await owner.list();
    const place = { address: '127.0.0.1', userAgent: '' };
    expect(await owner.keys.end(owner.browser, id, true, place)).toHaveLength(2);
    const rack = machine(key);
    for (const { access_token } of ended) expect(await rack.isActive(access_token)).toBe(false);
    expect(await rack.isActive(stays.access_token)).toBe(true);
    expect(await owner.keys.end(owner.browser, id, true, place)).toBeUndefined();
  });

  it('stays out of what the server keeps of the request', async () => {
    const key = await owner.makes();
    const { deviceCode } = codesOf(await machine(key).presents());
    const code = await protocol.stores.deviceCodes.find(deviceCode);
    expect(JSON.stringify(code)).not.toContain(key.slice(-43));
    expect(JSON.stringify(code)).not.toContain('latchkey_key');
  });
});

describe('a client', () => {
  it('that needs keys gives strangers nothing to send around', async () => {
    const plain = await new DeviceClient(protocol.issuer, 'rack').authorize();
    expect([plain.status, errorOf(plain)]).toEqual([400, 'unauthorized_client']);
  });

  it('that takes keys shows a code where none comes', async () => {
    const codes = codesOf(await new DeviceClient(protocol.issuer, 'kiosk').authorize());
    expect(await protocol.linking.find(codes.userCode)).toBeDefined();
    expect((await machine(await owner.makes({ clientId: 'kiosk' }), 'kiosk').links()).status).toBe(200);
  });

  it('takes keys only where it takes device codes', () => {
    const parse = (changes: object) => parseClients(JSON.stringify([{ ...RACK, ...changes }]));
    expect(parse({})).toMatchObject([{ device_link_keys: 'required' }]);
    for (const wrong of [{ grant_types: ['refresh_token'] }, { device_link_keys: 'typed' }])
      expect(() => parse(wrong)).toThrow(ClientsError);
  });
});
