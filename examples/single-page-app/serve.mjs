/**
 * Serves an app that runs in the browser alone; what it does is in app.js.
 *
 *   npm install && npm start      then open http://localhost:4002
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { ISSUER = 'http://localhost:3000', PORT = '4002' } = process.env;
const library = dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json'));
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Example</title>
<main data-issuer="${ISSUER}"></main>
<script src="/oidc-client-ts.js"></script><script src="/app.js"></script></html>`;

const files = {
  '/oidc-client-ts.js': [
    'text/javascript',
    readFileSync(join(library, 'dist/browser/oidc-client-ts.min.js')),
  ],
  '/app.js': ['text/javascript', readFileSync(new URL('app.js', import.meta.url))],
};

createServer((request, response) => {
  const [type, body] = files[new URL(request.url, 'http://localhost').pathname] ?? [
    'text/html; charset=utf-8',
    page,
  ];
  response.setHeader('content-type', type).end(body);
}).listen(Number(PORT), 'localhost', () => console.log(`Open http://localhost:${PORT}`));
