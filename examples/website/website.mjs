/**
 * A website that signs its people in, keeps them signed in, asks an API for them, and signs them out here too.
 *
 *   npm install && npm start      then open http://localhost:4000
 *
 * The client is `example-app` of clients.example.json. For plain http on your own machine alone:
 * `allowInsecureRequests`; leave it out everywhere else.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import * as client from 'openid-client';

const { ISSUER = 'http://localhost:3000', PORT = '4000', API = 'http://localhost:4001' } = process.env;
const home = `http://localhost:${PORT}`;
const config = await client.discovery(new URL(ISSUER), 'example-app', undefined, client.None(), {
  execute: [client.allowInsecureRequests],
});

/** What the website knows of each browser: id in the cookie → sign-in that has begun, or tokens. Yours is a database. */
const sessions = new Map();

const pages = {
  '/': showHome,
  '/sign-in': signIn,
  '/signed-in': signedIn,
  '/sign-out': signOut,
};

/** Sends the browser to sign in; what has to come back with it stays here. */
async function signIn(session) {
  session.begun = { state: client.randomState(), verifier: client.randomPKCECodeVerifier() };
  return redirectTo(
    client.buildAuthorizationUrl(config, {
      redirect_uri: `${home}/signed-in`,
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(session.begun.verifier),
      code_challenge_method: 'S256',
      state: session.begun.state,
    }),
  );
}

/** The answer is worth something only in the browser that asked for it. */
async function signedIn(session, url) {
  const { state, verifier } = session.begun ?? {};
  session.begun = undefined;
  const tokens = await client.authorizationCodeGrant(config, url, {
    expectedState: state,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  keep(session, tokens);
  session.idToken = tokens.id_token;
  session.person = tokens.claims();
  return redirectTo(home);
}

function keep(session, tokens) {
  session.accessToken = tokens.access_token;
  session.refreshToken = tokens.refresh_token;
  session.expires = Date.now() + tokens.expires_in * 1000;
}

async function showHome(session) {
  if (!session.person) return text('<p>You are not signed in.</p><p><a href="/sign-in">Sign in</a></p>');
  const answer = await askApi(session);
  if (!answer) return text('<p>You were signed out elsewhere.</p><p><a href="/sign-in">Sign in</a></p>');
  const { name, email } = session.person;
  return text(
    `<p>Hello, ${escaped(name ?? 'you')} (${escaped(email ?? 'no email')}).</p>
     <p>The API says: ${escaped(answer)}</p><p><a href="/sign-out">Sign out</a></p>`,
  );
}

/** With a fresh access token. `undefined`: the owner has removed this website, or signed out of everything. */
async function askApi(session) {
  if (session.expires - Date.now() < 30_000 && session.refreshToken) {
    try {
      keep(session, await client.refreshTokenGrant(config, session.refreshToken));
    } catch (error) {
      if (error.error !== 'invalid_grant') throw error;
    }
  }
  const answer = await fetch(API, { headers: { authorization: `Bearer ${session.accessToken}` } });
  if (answer.status !== 401) return answer.text();
  forget(session);
  return undefined;
}

function forget(session) {
  for (const name of Object.keys(session)) delete session[name];
}

/** Here first, then at the server: it asks its owner, and sends them back. */
function signOut(session) {
  const parameters = { post_logout_redirect_uri: `${home}/`, id_token_hint: session.idToken ?? '' };
  forget(session);
  return redirectTo(client.buildEndSessionUrl(config, parameters));
}

const redirectTo = (address) => ({ status: 303, headers: { location: String(address) }, body: '' });
const text = (body) => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body });
const escaped = (words) => words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function sessionOf(request) {
  const id =
    /session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomBytes(32).toString('base64url');
  if (!sessions.has(id)) sessions.set(id, {});
  return { id, session: sessions.get(id) };
}

createServer(async (request, response) => {
  const url = new URL(request.url, home);
  const { id, session } = sessionOf(request);
  try {
    const { status, headers, body } = (await pages[url.pathname]?.(session, url)) ?? {
      ...text('No such page'),
      status: 404,
    };
    response
      .writeHead(status, { ...headers, 'set-cookie': `session=${id}; HttpOnly; SameSite=Lax; Path=/` })
      .end(body);
  } catch (error) {
    response
      .writeHead(400, { 'content-type': 'text/plain' })
      .end(`Not signed in: ${error.error ?? error.message}`);
  }
}).listen(Number(PORT), 'localhost', () => console.log(`Open ${home}`));
