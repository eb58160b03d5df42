/** What an operator may write of devices that their maker's app sets up, and what is refused at start, by name. */
import { describe, expect, it } from '@jest/globals';
import { ClientsError, parseClients } from '../../src/oidc/clients.ts';
import { RADIO } from '../support/companion-device.ts';
import { DEVICE_GRANT } from '../support/device-client.ts';
import { testProtocol } from '../support/test-protocol.ts';

const LONG = 'a secret of at least thirty-two characters';
const parse = (client: unknown) => parseClients(JSON.stringify([client]));
const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://link.example.org',
  REDIS_URL: 'redis://localhost',
  CLIENTS_FILE: 'clients.json',
  SMTP_URL: 'smtps://mail.example.org',
  MAIL_FROM: 'no-reply@example.org',
  TRUSTED_PROXIES: 'none',
  LATCHKEY_SECRET: LONG.replaceAll(' ', '-'),
};

describe('a device that its maker’s app sets up', () => {
  it('gets what it needs from one line: both codes, refresh tokens, a push each time', () => {
    expect(parse(RADIO)).toEqual([
      {
        ...RADIO,
        grant_types: ['authorization_code', DEVICE_GRANT, 'refresh_token'],
        response_types: ['code'],
        response_modes: ['query'],
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        require_pushed_authorization_requests: true,
        id_token_claims: false,
      },
    ]);
  });

  it('may hear on localhost in development, and does not start so in production', async () => {
    const local = { ...RADIO, redirect_uris: ['http://localhost/linked'] };
    await (await testProtocol({ clients: [local] })).close();
    const start = testProtocol({ clients: [local], environment: PRODUCTION });
    await expect(start).rejects.toThrow(
      /radio: redirect_uris http:\/\/localhost\/linked is for development alone: use https/,
    );
  });

  it.each([
    [
      'a device set up by an app that is to be called when its owner signs out',
      { ...RADIO, client_id: 'bad', backchannel_logout_uri: 'https://radio.example.com/out' },
      /bad: backchannel_logout_uri is never called with device_companion/,
    ],
    [
      'a device set up by an app over an address of the own machine',
      { ...RADIO, client_id: 'bad', redirect_uris: ['http://127.0.0.1/linked'] },
      /bad: redirect_uris http:\/\/127\.0\.0\.1\/linked is no https address: device_companion needs one/,
    ],
    [
      'the same over TLS',
      { ...RADIO, client_id: 'bad', redirect_uris: ['https://localhost/linked'] },
      /bad: redirect_uris https:\/\/localhost\/linked is on the owner’s own machine/,
    ],
    [
      'a device set up by an app over a private scheme',
      { ...RADIO, client_id: 'bad', redirect_uris: ['com.example.maker:/linked'] },
      /bad: redirect_uris com\.example\.maker:\/linked is no https address/,
    ],
    [
      'a device set up by an app that has no address',
      { ...RADIO, client_id: 'bad', redirect_uris: [] },
      /bad: device_companion needs redirect_uris/,
    ],
    [
      'a device set up by an app, with a secret of its maker',
      { ...RADIO, client_id: 'bad', client_secret: LONG },
      /bad: token_endpoint_auth_method is none with device_companion/,
    ],
    [
      'a device set up by an app without a push',
      { ...RADIO, client_id: 'bad', require_pushed_authorization_requests: false },
      /bad: require_pushed_authorization_requests is always true with device_companion/,
    ],
    [
      'a device set up by an app that hears a form',
      { ...RADIO, client_id: 'bad', response_modes: ['form_post'] },
      /bad: response_modes is query with device_companion/,
    ],
  ])('%s is refused at start', (_what, client, error) => {
    expect(() => parse(client)).toThrow(ClientsError);
    expect(() => parse(client)).toThrow(error);
  });
});
