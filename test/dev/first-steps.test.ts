/** A newcomer reads what `npm start` says, with a phone in the hand. */
import { describe, expect, it } from '@jest/globals';
import { firstSteps } from '../../src/dev/first-steps.ts';

const LOCAL = { issuer: 'http://localhost:3000', port: 3000, host: undefined, mailServer: undefined };
const PHONE = 'http://192.168.1.23:3000';

describe('what npm start says', () => {
  it('leads to the television, the outbox and the list of devices', async () => {
    const said = await firstSteps(LOCAL, false, PHONE);
    for (const path of ['/demo/tv', '/device', '/dev/outbox', '/account'])
      expect(said).toContain(`${LOCAL.issuer}${path}`);
    expect(said).toContain('npm run device\n');
  });

  it('names no outbox, which is not there, where mails are sent', async () => {
    const mailServer = {
      host: 'mail.example.com',
      port: 587,
      login: undefined,
      tls: 'starttls',
      ca: undefined,
    } as const;
    const said = await firstSteps({ ...LOCAL, mailServer }, false, PHONE);
    expect(said).not.toContain('outbox');
    expect(said).toContain('the code is mailed to you');
  });

  it('names the address that a phone can open, draws it at a terminal, and says what setting has all of it there', async () => {
    const [piped, shown] = await Promise.all([
      firstSteps(LOCAL, false, PHONE),
      firstSteps(LOCAL, true, PHONE),
    ]);
    for (const said of [piped, shown]) {
      expect(said).toContain(`${PHONE}/device\n`);
      expect(said).toContain(`ISSUER=${PHONE} npm start`);
    }
    expect(shown.split('\n').filter((line) => line.includes('\x1b[30;107m')).length).toBeGreaterThan(10);
    expect(piped).not.toMatch(/\x1b|\u2588/);
  });

  it('asks for no setting where its address is one that a phone can open', async () => {
    const said = await firstSteps({ ...LOCAL, issuer: PHONE }, false);
    expect(said).toContain(`${PHONE}/device\n`);
    expect(said).not.toContain('ISSUER=');
  });

  it('says so where no phone gets in', async () => {
    const said = await firstSteps({ ...LOCAL, host: '127.0.0.1' }, false);
    expect(said).toContain('A phone does not reach it');
    expect(said).not.toContain('undefined');
    expect(said).not.toMatch(/scan/i);
    expect(said).toContain('2. Open http://localhost:3000/device and type its code.');
  });

  it('names another port where the device has to know it', async () => {
    const issuer = 'http://localhost:3100';
    const said = await firstSteps({ ...LOCAL, issuer, port: 3100 }, false, PHONE);
    expect(said).toContain(`npm run device -- --issuer ${issuer}`);
  });
});
