/**
 * A program of a maker's, or of an app's, that hears of security events by polling (OpenID Shared Signals Framework 1.0, RFC 8936) and
 * believes none that it has not verified. The server was started with
 * SHARED_SIGNALS=on CLIENTS_FILE=examples/ssf-receiver/clients.example.json.
 *
 *   npm ci && npm start
 */
import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER = 'http://localhost:3000', CLIENT_ID = 'maker' } = process.env;
const { CLIENT_SECRET = 'for-development-only-never-for-production' } = process.env;

/** Where to go, as the server says it itself (section 7). */
const metadata = await answerOf(await fetch(`${ISSUER}/.well-known/ssf-configuration`));
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
const credentials = `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}`;
let token = { text: '', until: 0 };

async function answerOf(response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A token lives for ten minutes. */
async function bearer() {
  if (Date.now() > token.until) {
    const body = new URLSearchParams({ grant_type: 'client_credentials', resource: `${ISSUER}/ssf` });
    const headers = { authorization: credentials };
    const got = await answerOf(await fetch(`${ISSUER}/token`, { method: 'POST', headers, body }));
    token = { text: got.access_token, until: Date.now() + (got.expires_in - 60) * 1000 };
  }
  return `Bearer ${token.text}`;
}

async function call(method, address, body) {
  const headers = { authorization: await bearer(), ...(body && { 'content-type': 'application/json' }) };
  return answerOf(await fetch(address, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
}

/** A client has one stream: that of the last start is still there, with what has happened meanwhile. */
async function stream() {
  const [known] = await call('GET', metadata.configuration_endpoint);
  return (
    known ?? call('POST', metadata.configuration_endpoint, { delivery: { method: 'urn:ietf:rfc:8936' } })
  );
}

const { stream_id: id, delivery } = await stream();
const state = randomUUID();
await call('POST', metadata.verification_endpoint, { stream_id: id, state });
console.log(`polls ${delivery.endpoint_url}`);

/** Events may come twice: `jti` says that it is the same. A program that ends keeps it elsewhere. */
const seen = new Set();

function act({ jti, sub_id: subject, events }) {
  if (seen.has(jti)) return;
  seen.add(jti);
  for (const [type, event] of Object.entries(events)) {
    if (type.endsWith('/verification')) {
      console.log(event.state === state ? 'verified: events arrive' : 'an older verification');
      continue;
    }
    const user = subject.user ?? subject;
    // Here your sessions of this account, device or sign-in end, if they began before event.event_timestamp.
    console.log(
      JSON.stringify({ event: type.split('/').pop(), account: user.sub, device: subject.device?.id }),
    );
  }
}

const expected = { issuer: metadata.issuer, audience: CLIENT_ID, typ: 'secevent+jwt', algorithms: ['RS256'] };
let [ack, setErrs] = [[], {}];
for (;;) {
  try {
    // Answered as soon as there is something, or after twenty seconds.
    const { sets } = await call('POST', delivery.endpoint_url, { ack, setErrs });
    [ack, setErrs] = [[], {}];
    for (const [jti, set] of Object.entries(sets)) {
      try {
        act((await jwtVerify(set, keys, expected)).payload);
        ack.push(jti);
      } catch (error) {
        console.error(`refused: ${error.message}`);
        setErrs[jti] = { err: 'invalid_request', description: 'not verified' };
      }
    }
  } catch (error) {
    console.error(`not reached: ${error.message}`);
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}
