/** At the endpoints of ours that are for programs alone, too: JSON whatever `Accept` says, as at those of the protocol. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawAnswer, RawClient } from '../support/raw-client.ts';
import { register } from '../support/registered-app.ts';
import { CORP } from '../support/unreachable-provider.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const JAVA = 'text/html, image/gif, image/jpeg, */*; q=0.2';
const ACCEPTS = [undefined, '*/*', 'text/html', 'image/png', JAVA, 'application/json;q=0, text/html'];
const METADATA = JSON.stringify({ redirect_uris: ['https://newcomer.example.com/cb'] });
const JSON_BODY = { 'content-type': 'application/json' };

let server: WholeServer;
let client: RawClient;
let managed: string;
let authorization: string;
beforeAll(async () => {
  const settings = { REGISTRATION: 'open', REGISTERED_CLIENTS_PER_NETWORK: '1000', SHARED_SIGNALS: 'on' };
  server = await startWholeServer(settings, undefined, { upstreams: [CORP] });
  client = new RawClient(server.issuer);
  const { body } = await register(server);
  managed = new URL(String(body['registration_client_uri'])).pathname;
  authorization = `Bearer ${body['registration_access_token']}`;
});
afterAll(() => server.close());

type Question = [method: string, path: string, body?: string, headers?: Record<string, string>];
const SIGNED_OUT = '/sign-in/upstream/corp/logout';
const VERIFY = '/voice-code/verify';
const BUY = '/voice-code/purchase';
const SIGNALS = '/.well-known/ssf-configuration';
const STREAMS = '/ssf/streams';

const KINDS: Record<string, () => Question[]> = {
  'nothing wrong': () => [
    ['POST', '/register', METADATA, JSON_BODY],
    ['GET', managed, '', { authorization }],
    ['GET', SIGNALS],
  ],
  'nothing given': () => [
    ['GET', STREAMS],
    ['POST', '/ssf/poll/x'],
    ['POST', '/register'],
    ['GET', managed],
    ['POST', VERIFY],
    ['POST', BUY],
  ],
  'what it does not take': () => [
    ['POST', '/register', '{"redirect_uris":', JSON_BODY],
    ['POST', '/register', 'x'.repeat(60_000), JSON_BODY],
    ['POST', '/register', METADATA, { 'content-type': 'text/html' }],
    ['PUT', managed, '{}', { ...JSON_BODY, authorization }],
    ['POST', VERIFY, `code=${'1'.repeat(60_000)}`, { authorization }],
    ['POST', VERIFY, 'code=1234', { authorization }],
    ['POST', SIGNED_OUT, 'logout_token=x'],
    ['POST', SIGNED_OUT, 'x'.repeat(60_000)],
    ['POST', SIGNED_OUT, '{', JSON_BODY],
    ['POST', STREAMS, '{', JSON_BODY],
    ['POST', '/ssf/verify', 'x'.repeat(200_000), JSON_BODY],
  ],
  'a token that is not good': () => [
    ['GET', managed, '', { authorization: 'Bearer x' }],
    ['POST', VERIFY, 'code=1234', { authorization: 'Bearer x' }],
    ['POST', BUY, 'amount=1', { authorization: 'Bearer x' }],
    ['GET', STREAMS, '', { authorization: 'Bearer x' }],
    ['POST', '/ssf/poll/x', '{}', { ...JSON_BODY, authorization: 'DPoP x' }],
  ],
  'another method': () => [
    ['GET', '/register'],
    ['POST', managed, METADATA, JSON_BODY],
    ['GET', VERIFY],
    ['GET', BUY],
    ['GET', SIGNED_OUT],
    ['DELETE', VERIFY],
    ['POST', SIGNALS],
    ['OPTIONS', STREAMS],
  ],
  'what is not there': () => [
    ['GET', '/register/x'],
    ['POST', '/register/'],
    ['GET', `${managed}/x`],
    ['POST', `${VERIFY}/`],
    ['POST', `${BUY}/`],
    ['POST', `${SIGNED_OUT}/`],
    ['POST', SIGNED_OUT.replace('corp', 'nobody')],
    ['POST', '/Voice-Code/Verify'],
    ['GET', '/SSF/streams'],
    ['GET', `${SIGNALS}/x`],
    ['GET', '/ssf'],
    ['POST', '/REGISTER', METADATA, JSON_BODY],
  ],
};

function seenIn({ status, headers, body }: RawAnswer) {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (body !== '' && type?.startsWith('application/json')) JSON.parse(body);
  return { status, type: body === '' ? undefined : type };
}

describe('a program hears JSON, or nothing, whatever it says that it takes', () => {
  it.each(Object.keys(KINDS))('%s', async (kind) => {
    for (const [method, path, body = '', headers = {}] of KINDS[kind]?.() ?? [])
      for (const accept of ACCEPTS) {
        const taken = accept === undefined ? {} : { accept };
        const { status, type } = seenIn(await client.send(method, path, body, { ...headers, ...taken }));
        const said = `${method} ${path} Accept: ${accept}: ${status}`;
        expect([said, type ?? 'nothing']).toEqual([
          said,
          expect.stringMatching(/^application\/json|^nothing$/),
        ]);
      }
  });

  it('where no client may register itself', async () => {
    const closed = await startWholeServer();
    const asked = new RawClient(closed.issuer);
    for (const path of ['/register', managed])
      expect(seenIn(await asked.send('GET', path, '', { accept: JAVA }))).toEqual({
        status: 404,
        type: 'application/json; charset=utf-8',
      });
    await closed.close();
  });
});
