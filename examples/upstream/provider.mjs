/**
 * Another OpenID provider, to try how owners sign in to Latchkey by one: it believes who you say you are. For trying
 * alone: it believes any password.
 *
 *   node examples/upstream/provider.mjs &
 *   UPSTREAM_FILE=examples/upstream/upstream.example.json npm start
 */
import Provider from 'oidc-provider';

const port = Number(process.env.PORT ?? 4010);
const latchkey = process.env.LATCHKEY ?? 'http://localhost:3000';
const here = `${latchkey}/sign-in/upstream/neighbour`;

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'latchkey',
      client_secret: 'a secret for trying, and no other place',
      redirect_uris: [`${here}/callback`],
      // Where Latchkey hears that a person has signed out here.
      backchannel_logout_uri: `${here}/logout`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: { backchannelLogout: { enabled: true } },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: sub, email: `${sub}@neighbour.example`, email_verified: true }),
  }),
});

provider.listen(port, () => console.log(`the neighbour is on http://localhost:${port}`));
