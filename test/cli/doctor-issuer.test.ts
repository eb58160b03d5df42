/** An operator hears from the outside whether the address in ISSUER leads here, and whether mails leave. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examineIssuer } from '../../src/server/doctor-issuer.ts';
import { freePort } from '../support/free-port.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { makeAuthority, makeCertificate } from '../support/test-certificates.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

const DAY = 86_400_000;
const KID = 'a-key-of-this-installation';

let folder = '';
let [ca, secure] = ['', ''];
let [mail, server, https]: [MailSink?, WholeServer?, Server?] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-issuer-'));
  const authority = await makeAuthority(folder, 'authority');
  const { certificate, key } = await makeCertificate(folder, 'server', authority, ['IP:127.0.0.1']);
  ca = readFileSync(authority.certificate, 'utf8');
  const files = { cert: readFileSync(certificate), key: readFileSync(key) };
  https = createServer(files, (_request, response) => response.end(JSON.stringify({ keys: [{ kid: KID }] })));
  const listening = https.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  secure = `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  mail = await startMailSink();
  server = await startWholeServer({ SMTP_URL: mail.url }, ['the-secret-of-this-server-0123456789abcdef']);
});
afterAll(async () => {
  await server?.close();
  await mail?.close();
  https?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('doctor', () => {
  it('finds that ISSUER leads here, and sends one mail where it is told to whom', async () => {
    const ran = await operator(server?.environment ?? {}, 'doctor', '--json', '--mail', 'ada@example.org');
    expect(ran.json['findings']).toContainEqual({
      check: 'issuer',
      state: 'ok',
      message: `${server?.issuer} leads here`,
    });
    expect(ran.json['findings']).toContainEqual({
      check: 'mail',
      state: 'ok',
      message: expect.stringContaining('took a mail to ada@example.org'),
    });
    const { text = '' } =
      (await mail?.arrives(({ subject }) => subject === 'A mail of latchkey doctor')) ?? {};
    expect(text).toContain(server?.issuer);
    expect(mail?.mails).toHaveLength(1);
  });

  it.each([
    ['another installation', () => server?.issuer ?? '', 'fault', /answered by something else \(200\)/],
    [
      'nothing',
      async () => `http://127.0.0.1:${await freePort()}`,
      'warning',
      /cannot be reached .*ECONNREFUSED/,
    ],
    ['a certificate that nobody believes', () => secure, 'fault', /a certificate that is refused/],
  ])('names %s at ISSUER', async (_what, where, state, message) => {
    const found = await examineIssuer(await where(), [KID], Date.now());
    expect(found).toEqual({ check: 'issuer', state, message: expect.stringMatching(message) });
  });

  it('names a certificate that ends soon', async () => {
    const now = Date.now();
    const soon = {
      state: 'warning',
      message: `the certificate of ${secure} ends in 1 days: see why it was not renewed`,
    };
    expect(await examineIssuer(secure, [KID], now, ca)).toMatchObject(soon);
    expect(await examineIssuer(secure, [KID], now - 20 * DAY, ca)).toMatchObject({ state: 'ok' });
  });
});
