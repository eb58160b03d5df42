/** A website on express-openid-connect at its very defaults: everyone signs in, by an ID token in a form. */
import express from 'express';
import { auth } from 'express-openid-connect';

const { ISSUER, PORT, CLIENT_ID } = process.env;

const app = express();
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${PORT}`,
    clientID: CLIENT_ID,
    secret: 'of this website alone, for its own cookies',
  }),
);
app.get('/', (request, response) => {
  const { sub, name, email } = request.oidc.user;
  response.send(`<pre>${JSON.stringify({ sub, name, email })}</pre>`);
});
app.listen(Number(PORT), 'localhost');
