/** An app that runs in the browser, on AppAuth-JS: PKCE, no secret, a refresh token, calls from its own origin. */
import { createServer } from 'node:http';
import { build } from 'esbuild';

const { ISSUER, PORT, CLIENT_ID } = process.env;
const home = `http://localhost:${PORT}`;

/** What runs in the browser. Its library reads the answer behind `#`, and has a page of its own put it there. */
const program = `
import {
  AuthorizationNotifier, AuthorizationRequest, AuthorizationServiceConfiguration, BaseTokenRequestHandler,
  FetchRequestor, GRANT_TYPE_AUTHORIZATION_CODE, GRANT_TYPE_REFRESH_TOKEN, RedirectRequestHandler, TokenRequest,
} from '@openid/appauth';

const client = { client_id: ${JSON.stringify(CLIENT_ID)}, redirect_uri: ${JSON.stringify(`${home}/callback`)} };
const show = (user) => { document.querySelector('pre').textContent = JSON.stringify(user); };
const requestor = new FetchRequestor();
const configuration = await AuthorizationServiceConfiguration.fetchFromIssuer(${JSON.stringify(ISSUER)}, requestor);
const handler = new RedirectRequestHandler();

async function signedIn(request, response) {
  const tokens = new BaseTokenRequestHandler(requestor);
  const ask = (more) => tokens.performTokenRequest(configuration, new TokenRequest({ ...client, ...more }));
  const extras = { code_verifier: request.internal.code_verifier };
  const first = await ask({ grant_type: GRANT_TYPE_AUTHORIZATION_CODE, code: response.code, extras });
  const next = await ask({ grant_type: GRANT_TYPE_REFRESH_TOKEN, refresh_token: first.refreshToken });
  const headers = { authorization: 'Bearer ' + next.accessToken };
  show(await (await fetch(configuration.userInfoEndpoint, { headers })).json());
}

if (location.pathname === '/login') {
  const scope = 'openid profile email offline_access';
  handler.performAuthorizationRequest(
    configuration,
    new AuthorizationRequest({ ...client, scope, response_type: AuthorizationRequest.RESPONSE_TYPE_CODE }),
  );
} else {
  const notifier = new AuthorizationNotifier();
  notifier.setAuthorizationListener((request, response, error) => {
    if (response) signedIn(request, response).catch((failure) => show(String(failure)));
    else show(error);
  });
  handler.setAuthorizationNotifier(notifier);
  await handler.completeAuthorizationRequestIfPossible();
}`;

const { outputFiles } = await build({
  stdin: { contents: program, resolveDir: import.meta.dirname },
  bundle: true,
  format: 'esm',
  write: false,
});
const page = '<!doctype html><meta charset="utf-8"><pre></pre><script type="module" src="/app.js"></script>';
const onward = '<!doctype html><script>location.replace("/#" + location.search.slice(1));</script>';

createServer((request, response) => {
  const { pathname } = new URL(request.url, home);
  if (pathname === '/app.js')
    return response.setHeader('content-type', 'text/javascript').end(outputFiles[0].text);
  response.setHeader('content-type', 'text/html').end(pathname === '/callback' ? onward : page);
}).listen(Number(PORT), 'localhost');
