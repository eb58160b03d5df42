/** A website on express-openid-connect with codes, which signs its people out here too, and hears of it when they do so elsewhere. */
import express from 'express';
import { auth } from 'express-openid-connect';
import session from 'express-session';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;

const app = express();
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${PORT}`,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: 'of this website alone, for its own cookies',
    authRequired: false,
    idpLogout: true,
    backchannelLogout: { store: new session.MemoryStore() },
    authorizationParams: { response_type: 'code' },
  }),
);
app.get('/', (request, response) => {
  const { sub, name, email } = request.oidc.user ?? {};
  response.send(`<pre>${JSON.stringify(sub ? { sub, name, email } : null)}</pre>`);
});
app.listen(Number(PORT), 'localhost');
