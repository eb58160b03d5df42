/** A website on Auth.js, with nothing set but issuer, client and secret. */
import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;

const config = {
  providers: [
    {
      id: 'latchkey',
      name: 'Latchkey',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
    },
  ],
  secret: 'of this website alone, for its own cookies',
};

const app = express();
app.set('trust proxy', true);
app.use(/^\/auth\/(.*)/, ExpressAuth(config));
app.get('/login', (_request, response) => response.redirect('/auth/signin'));
app.get('/', async (request, response) => {
  const session = await getSession(request, config);
  response.send(`<pre>${JSON.stringify(session?.user ?? null)}</pre>`);
});
app.listen(Number(PORT), 'localhost');
