/** A website behind oauth2-proxy, with nothing set but what it does not start without. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;

/** The website: it knows its people by what the proxy tells of them. */
const site = createServer(({ headers }, response) => {
  const user = { sub: headers['x-forwarded-user'], email: headers['x-forwarded-email'] };
  response.setHeader('content-type', 'text/html').end(`<pre>${JSON.stringify(user)}</pre>`);
}).listen(0, '127.0.0.1', () => {
  const options = {
    provider: 'oidc',
    'oidc-issuer-url': ISSUER,
    'client-id': CLIENT_ID,
    'client-secret': CLIENT_SECRET,
    'redirect-url': `http://localhost:${PORT}/oauth2/callback`,
    'cookie-secret': 'of this website alone, 32 octets',
    'email-domain': '*',
    'http-address': `localhost:${PORT}`,
    upstream: `http://127.0.0.1:${site.address().port}`,
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const proxy = spawn('oauth2-proxy', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  proxy.once('exit', (code) => process.exit(code ?? 1));
  process.once('SIGTERM', () => proxy.kill());
});
