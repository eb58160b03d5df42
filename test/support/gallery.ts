/** Serves the samples of all pages under the strict policy of the real server, for pictures and for axe. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { LIBRARY_FILES } from '../../src/web/middleware/static-files.ts';
import type { View } from '../../src/web/pages/view.ts';
import { createViews } from '../../src/web/views.ts';
import { SAMPLES } from '../web/samples.ts';

const viewsDir = join(import.meta.dirname, '../../views');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
};
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export interface Gallery {
  /** Where the sample of that name is shown. */
  addressOf(name: string): string;
  close(): void;
}

function runsScripts(view: View): boolean {
  return view.page === 'app-form-post' || ('passkey' in view && view.passkey !== undefined);
}

/** Starts on a free port of the loopback interface. */
export async function openGallery(): Promise<Gallery> {
  const views = createViews({ viewsDir, cache: true });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const sample = SAMPLES.find(({ name }) => pathname === `/samples/${name}`);
    const scripts = sample && runsScripts(sample.view) ? "; script-src 'self'" : '';
    response.setHeader('content-security-policy', POLICY + scripts);
    if (sample) {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(views.render(sample.view));
    } else if (pathname.startsWith('/static/')) {
      response.setHeader('content-type', TYPES[extname(pathname)] ?? 'text/plain');
      const name = basename(pathname);
      // It would lead away from the page.
      if (name === 'send-form.js') response.end();
      else response.end(readFileSync(LIBRARY_FILES[name] ?? join(viewsDir, 'static', name)));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    addressOf: (name) => `http://127.0.0.1:${port}/samples/${name}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
