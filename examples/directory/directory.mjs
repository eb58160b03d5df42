/**
 * A company's directory. Its people sign in to Latchkey by it; who leaves the company is out of Latchkey at once: browsers,
 * apps and devices (global token revocation). For trying alone: it believes any password.
 *
 *   node examples/directory/directory.mjs &
 *   ADMIN=api ADMIN_NETWORKS=127.0.0.0/8,::1/128 CLIENTS_FILE=examples/directory/clients.example.json \
 *     UPSTREAM_FILE=examples/directory/upstream.example.json npm start
 *
 * Sign in to Latchkey as `ada`, then: curl -X POST http://localhost:4011/people/ada/leave
 */
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import Provider from 'oidc-provider';

const { PORT = '4011', LATCHKEY = 'http://localhost:3000' } = process.env;
const { CLIENT_SECRET = 'for-development-only-never-for-production' } = process.env;
const here = `http://localhost:${PORT}`;

/** Who works here: everybody else has no account. */
const people = new Set(['ada', 'grace', 'alan']);

const provider = new Provider(here, {
  clients: [
    {
      client_id: 'latchkey',
      client_secret: 'a secret for trying, and no other place',
      redirect_uris: [`${LATCHKEY}/sign-in/upstream/company/callback`],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // Who has left is asked who they are, and is nobody.
  findAccount: (_ctx, sub) => people.has(sub) && { accountId: sub, claims: () => claimsOf(sub) },
});

const claimsOf = (sub) => ({ sub, name: sub, email: `${sub}@company.example`, email_verified: true });

/** First nobody lets them in any more, then what they have ends: the other way round they could come back in between. */
function leave(sub) {
  people.delete(sub);
  // Yours keeps in its database whom it has still to tell of: this one forgets it when it is restarted.
  revoke(sub).then(
    (status) => console.log(status === 404 ? `${sub} was never there` : `${sub} is out`),
    (error) => console.error(`${sub} is NOT out: ${error.message}`),
  );
}

/** Until Latchkey says that it is done: it may be down, or be asked too much at once. */
async function revoke(sub) {
  for (;;) {
    const answer = await tell(sub).catch(() => undefined);
    const { status = 0, headers } = answer ?? {};
    const isSaid = headers?.get('content-type')?.includes('problem+json');
    // Another 404 says that Latchkey is not asked from a network of its ADMIN_NETWORKS.
    if (status === 204 || (status === 404 && isSaid)) return status;
    if (status >= 400 && status < 500 && status !== 429)
      throw new Error(`${status} ${headers.get('www-authenticate') ?? ''} ${await answer.text()}`);
    await wait(1000 * Number(headers?.get('retry-after') ?? 5));
  }
}

async function tell(sub) {
  const asked = await fetch(`${LATCHKEY}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`directory:${CLIENT_SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'sessions:end' }),
  });
  if (!asked.ok) return asked;
  const { access_token: token } = await asked.json();
  return fetch(`${LATCHKEY}/global-token-revocation`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    // Latchkey knows them by what their ID tokens say.
    body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: here, sub } }),
  });
}

const answer = provider.callback();
const server = createServer((request, response) => {
  const [, sub] = (request.method === 'POST' && /^\/people\/(\w+)\/leave$/.exec(request.url)) || [];
  if (sub === undefined) return answer(request, response);
  leave(sub);
  response.writeHead(202).end();
});
server.listen(Number(PORT), () => console.log(`the directory is on ${here}`));
