/** An operator hears at start, in one sentence each, of what can never work: not from owners weeks later. */
import { describe, expect, it } from '@jest/globals';
import { changedSettings } from '../../src/config/changed-settings.ts';
import { readConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { errorsOf, PRODUCTION } from './config-world.ts';

const warningsOf = (environment: Record<string, string>) =>
  readConfig(environment).config.warnings.map(({ text }) => text);

describe('settings that can never work', () => {
  it.each<[Record<string, string>, string]>([
    [
      { SESSION_HOURS: '1', SESSION_IDLE_MINUTES: '90' },
      'SESSION_IDLE_MINUTES: 90 is more than SESSION_HOURS leaves it, 60: a browser is signed out by then whatever it does; lower it, or raise the other',
    ],
    [
      { SESSION_IDLE_MINUTES: '1441' },
      'SESSION_IDLE_MINUTES: 1441 is more than SESSION_HOURS leaves it, 1440: a browser is signed out by then whatever it does; lower it, or raise the other',
    ],
    [
      { REFRESH_IDLE_DAYS: '100', GRANT_DAYS: '99' },
      'REFRESH_IDLE_DAYS: 100 is more than GRANT_DAYS leaves it, 99: a device has to be linked again by then whatever it does; lower it, or raise the other',
    ],
    [
      { DORMANT_DAYS: '180' },
      'DORMANT_DAYS: 180 is more than REFRESH_IDLE_DAYS leaves it, 179: an unused device is gone by then, and is never shown as dormant; lower it, or raise the other',
    ],
    [
      { VOICE_CODE_TRIES_DEVICE: '11' },
      'VOICE_CODE_TRIES_DEVICE: 11 is more than VOICE_CODE_TRIES_ACCOUNT leaves it, 10: one device alone comes to the tries of its account; lower it, or raise the other',
    ],
    [
      { APPROVALS_BEFORE_PROOF: '50' },
      'APPROVALS_BEFORE_PROOF: 50 is more than APPROVALS_BEFORE_REFUSAL leaves it, 49: a proof is asked for first; lower it, or raise the other',
    ],
    ...[
      ['LIVE_CODES_PER_CLIENT', 'LIVE_CODES'],
      ['LIVE_CODES_PER_NETWORK', 'LIVE_CODES'],
      ['WAITING_SIGN_INS_PER_NETWORK', 'WAITING_SIGN_INS'],
      ['REGISTERED_CLIENTS_PER_NETWORK', 'REGISTERED_CLIENTS'],
    ].map(([one = '', all = '']): [Record<string, string>, string] => [
      { [one]: '401', [all]: '400' },
      `${one}: 401 is more than ${all} leaves it, 400: one of them alone can take all the places; lower it, or raise the other`,
    ]),
    [{ MAIL_FROM: 'Latchkey' }, 'MAIL_FROM: lacks an address, such as Latchkey <no-reply@example.com>'],
    [
      { MAIL_FROM: 'Latchkey <no-reply>' },
      'MAIL_FROM: lacks an address, such as Latchkey <no-reply@example.com>',
    ],
    [
      { TRUSTED_PROXIES: '0.0.0.0/0' },
      'TRUSTED_PROXIES: 0.0.0.0/0 is every address there is, so each client could say who it is; name the proxies',
    ],
    [
      { TRUSTED_PROXIES: '10.0.0.1,::/0' },
      'TRUSTED_PROXIES: ::/0 is every address there is, so each client could say who it is; name the proxies',
    ],
    [
      { SMS_WEBHOOK_URL: 'http://8.8.8.8/send' },
      'SMS_WEBHOOK_URL: codes and the token in it would cross the internet in the clear; use https',
    ],
    [
      { SMS_WEBHOOK_URL: 'http://[2001:4860:4860::8888]/send' },
      'SMS_WEBHOOK_URL: codes and the token in it would cross the internet in the clear; use https',
    ],
    [
      { SMS_WEBHOOK_URL: 'https://sms:99999/' },
      'SMS_WEBHOOK_URL: is no address: such as https://sms.example.com/send',
    ],
    [{ PRIVACY_URL: 'https://[/privacy' }, 'PRIVACY_URL: is no address'],
    [
      { ALLOW_UNSAFE_REDIS: 'appendfsync,apendonly' },
      'ALLOW_UNSAFE_REDIS: apendonly is no fault; there are version, appendonly, appendfsync, maxmemory-policy, config-unreadable',
    ],
    ...['https://id.example.com', '127.0.0.1:3000', '[::1]'].map((HOST): [Record<string, string>, string] => [
      { HOST },
      'HOST: is no address to listen on: such as 127.0.0.1, :: or a name, without a scheme and a port',
    ]),
    [{ PORT: '0x10' }, 'PORT: write a whole number from 0 to 65535'],
    [{ PORT: '1e3' }, 'PORT: write a whole number from 0 to 65535'],
    [{ MAIL_FORM: 'x' }, 'MAIL_FORM: is no setting; write MAIL_FROM, or take it out of the environment'],
    [{ REDIS_URI: 'x' }, 'REDIS_URI: is no setting; write REDIS_URL, or take it out of the environment'],
    [
      { TRUSTED_PROXYES: 'x' },
      'TRUSTED_PROXYES: is no setting; write TRUSTED_PROXIES, or take it out of the environment',
    ],
    [{ SIGNUP: 'x' }, 'SIGNUP: is no setting; write SIGN_UP, or take it out of the environment'],
    [
      { SINGUP: 'x', SING_UP: 'x' },
      'SING_UP: is no setting; write SIGN_UP, or take it out of the environment',
    ],
    [{ issuer: 'x' }, 'issuer: is no setting; write ISSUER, or take it out of the environment'],
    [
      { LIMIT_TEXT_AL: '1/1d 1s..1s' },
      'LIMIT_TEXT_AL: is no setting; write LIMIT_TEXT_ALL, or take it out of the environment',
    ],
    [
      { LIMIT_EVERYTHING: '1/1d 1s..1s' },
      'LIMIT_EVERYTHING: is no limit; docs/operations.md has their names',
    ],
  ])('%j is refused', (environment, sentence) => {
    expect(errorsOf(environment)).toEqual([sentence]);
  });

  it('are told all at once, and hold no secret', () => {
    const errors = errorsOf({
      ...PRODUCTION,
      REDIS_URL: 'redis://u:hunter2/x@h',
      SMTP_URL: 'smtp://u:hunter2?x@h',
      LATCHKEY_SECRET: 'hunter2',
      SESSION_IDLE_MINUTES: '1441',
      LOG_LEVLE: 'debug',
      TRUSTED_PROXIES: '',
    });
    const named = [
      'REDIS_URL',
      'SMTP_URL',
      'TRUSTED_PROXIES',
      'SESSION_IDLE_MINUTES',
      'LATCHKEY_SECRET',
      'LOG_LEVLE',
    ];
    for (const name of named) expect(errors).toContainEqual(expect.stringMatching(`^${name}: `));
    expect(errors).toHaveLength(named.length);
    expect(errors.join()).not.toContain('hunter2');
  });

  it('are none where the same names mean something to others', () => {
    expect(
      errorsOf({ PORTS: '1', POST: '1', HOSTS: 'a', REDIS_PORT: '1', SMTP_HOST: 'x', MAIL: 'x', LIMIT: '1' }),
    ).toEqual([]);
  });
});

describe('what is not set', () => {
  it('gives way to what is, by becoming smaller', () => {
    const { lifetimes, dormantAfter } = readConfig({ GRANT_DAYS: '20', SESSION_HOURS: '1' }).config;
    const day = 86_400_000;
    expect([lifetimes.grant, lifetimes.refreshToken, dormantAfter]).toEqual([20 * day, 20 * day, 19 * day]);
    expect([lifetimes.browserIdle, lifetimes.browserAbsolute]).toEqual([3_600_000, 3_600_000]);
    expect(readConfig({ VOICE_CODE_TRIES_ACCOUNT: '3' }).config.voiceCode.device).toBe(3);
    const approvals = readConfig({ APPROVALS_BEFORE_REFUSAL: '2' }).config.approvals;
    expect(approvals).toEqual({ proof: 1, refusal: 2 });
    const few = { LIVE_CODES: '100', WAITING_SIGN_INS: '100', REGISTERED_CLIENTS: '10' };
    const { liveCodes, waitingSignIns, registration, warnings } = readConfig(few).config;
    expect(liveCodes).toMatchObject({ all: 100, client: 100, network: 100 });
    expect([waitingSignIns.network, registration.network, warnings]).toEqual([100, 10, []]);
  });

  it('is empty, or blank', () => {
    expect(readConfig({ PORT: '', REDIS_URL: ' ', SIGN_UP: '\t' }).config).toMatchObject({
      port: 3000,
      redisUrl: undefined,
      signUp: 'open',
    });
  });
});

describe('what works and is worth knowing', () => {
  it.each<[Record<string, string>, string]>([
    [
      { ISSUER: 'https://192.0.2.1' },
      'ISSUER: passkeys need a name, and cannot be used at an address of numbers',
    ],
    [
      { ISSUER: 'http://127.0.0.1' },
      'ISSUER: passkeys need a name, and cannot be used at an address of numbers',
    ],
    [{ ISSUER: 'http://tv.lan' }, 'ISSUER: passkeys need https, and cannot be used'],
    [
      { LIVE_CODES_PER_NETWORK: '10001' },
      'LIVE_CODES_PER_NETWORK is above LIVE_CODES: one of them alone can take all the places',
    ],
    [
      { SMS_WEBHOOK_URL: 'http://sms.example.com/send' },
      'SMS_WEBHOOK_URL is plain http: everybody on the way to sms.example.com can read the codes',
    ],
    [
      { SMS_WEBHOOK_URL: 'http://10.sms.example.com/send' },
      'SMS_WEBHOOK_URL is plain http: everybody on the way to 10.sms.example.com can read the codes',
    ],
    [
      { REGISTERED_CLIENTS_PER_NETWORK: '1001' },
      'REGISTERED_CLIENTS_PER_NETWORK is above REGISTERED_CLIENTS: one of them alone can take all the places',
    ],
  ])('%j is warned of', (environment, warning) => {
    expect(warningsOf(environment)).toContain(warning);
  });

  it.each([
    { ISSUER: 'https://id.example.org' },
    { SMS_WEBHOOK_URL: 'http://gateway:8080/send' },
    { ISSUER: 'http://localhost:3000' },
  ])('%j is not', (environment) => {
    expect(warningsOf(environment)).toEqual([]);
  });
});

describe('the settings of the line at start', () => {
  it('are those that differ from the default, and of secrets it says that they are set', () => {
    const changed = changedSettings({
      PORT: '3000',
      SESSION_HOURS: '12',
      PROOF_MINUTES: '5',
      LIMIT_TEXT_ALL: '1000/1h 1s..10s',
      LIMIT_CODE_ACCOUNT: '4/10m 30s..10m',
      TERMS_URL: 'https://example.org/terms',
      REDIS_URL: 'redis://u:hunter2@h',
      SMTP_URL: 'smtp://u:hunter2@h',
      SMS_WEBHOOK_URL: 'https://h/hunter2',
      LATCHKEY_SECRET: 'hunter2',
      METRICS_TOKEN: 'hunter2',
      REDIS_SENTINEL_PASSWORD: 'hunter2',
      HOME: 'hunter2',
    });
    expect(changed).toEqual({
      SESSION_HOURS: '12',
      LIMIT_CODE_ACCOUNT: '4/10m 30s..10m',
      TERMS_URL: 'https://example.org/terms',
      REDIS_URL: 'set',
      SMTP_URL: 'set',
      SMS_WEBHOOK_URL: 'set',
      LATCHKEY_SECRET: 'set',
      METRICS_TOKEN: 'set',
      REDIS_SENTINEL_PASSWORD: 'set',
    });
  });

  it('tell of each setting, also of one that is new, nothing that could be a secret', () => {
    const shown = Object.keys(settings.shape).filter((name) => /SECRET|PASSWORD|TOKEN|URL|_KEY/.test(name));
    const told = shown.filter((name) => changedSettings({ [name]: 'x' })[name] !== 'set');
    expect(told).toEqual([
      'REDIS_URL_FILE',
      'REDIS_KEY_FILE',
      'REDIS_SENTINEL_PASSWORD_FILE',
      'PRIVACY_URL',
      'TERMS_URL',
      'SMTP_URL_FILE',
      'SMS_WEBHOOK_URL_FILE',
      'PASSWORD_SIGN_IN',
      'PASSWORD_WORDS',
      'LATCHKEY_SECRET_FILE',
      'METRICS_TOKEN_FILE',
      'ACCESS_TOKEN_MINUTES',
    ]);
  });
});
