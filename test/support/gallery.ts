/** Serves the samples of all pages under the strict policy of the real server, for pictures and for axe. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { LIBRARY_FILES } from '../../src/web/middleware/static-files.ts';
import type { View } from '../../src/web/pages/view.ts';
import { createViews } from '../../src/web/views.ts';
import { KNOWN_LANGUAGES } from '../../src/words/catalogue.ts';
import { Languages } from '../../src/words/languages.ts';
import { readerFor } from '../../src/words/reader.ts';
import { scriptsOf, withoutTimes } from '../web/page-scripts.ts';
import { inLanguageOf } from '../web/samples/in-language.ts';
import { SAMPLES } from '../web/samples.ts';

const viewsDir = join(import.meta.dirname, '../../views');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.js': 'text/javascript',
};
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The foot of each page, as an operator has it. */
const DOCUMENTS = { privacy: 'https://example.com/privacy', terms: 'https://example.com/terms' };

/** Leads away from the page at once. One that waits first stays in the page, for axe to find. */
const GOES_ON = /<meta http-equiv="refresh" content="0;url=[^"]*">/;

export interface Gallery {
  /** Where the sample of that name is shown. */
  addressOf(name: string): string;
  /** What is sent from there, unless the page runs a script: that one has a policy of its own. */
  htmlWithoutScripts(name: string): string | undefined;
  close(): void;
}

const runsScripts = (view: View) => scriptsOf(view) !== undefined;
const showsFrame = (view: View) => view.page === 'outbox-mail' && view.frame !== undefined;

function viewOf(name: string): View | undefined {
  return SAMPLES.find((sample) => sample.name === name)?.view;
}

/**
 * Starts on a free port of the loopback interface.
 * @param language of every page
 */
export async function openGallery(language = 'en'): Promise<Gallery> {
  const views = createViews({
    viewsDir,
    cache: true,
    languages: new Languages(KNOWN_LANGUAGES),
    documents: DOCUMENTS,
  });
  const reader = readerFor(language, undefined);
  const render = (view: View) =>
    withoutTimes(views.render(inLanguageOf(reader, view), reader).replace(GOES_ON, ''));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const view = viewOf(pathname.replace('/samples/', ''));
    const scripts = view && runsScripts(view) ? "; script-src 'self'" : '';
    const frames = view && showsFrame(view) ? "; frame-src 'self'" : '';
    response.setHeader('content-security-policy', POLICY + scripts + frames);
    if (view) {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(render(view));
    } else if (pathname.startsWith('/static/')) {
      response.setHeader('content-type', TYPES[extname(pathname)] ?? 'text/plain');
      // As long as this gallery is open they are the same.
      response.setHeader('cache-control', 'max-age=3600');
      const name = basename(pathname);
      // They would lead away from the page, and change what it says.
      if (['send-form.js', 'waiting.js', 'demo-tv.js'].includes(name)) response.end();
      else response.end(readFileSync(LIBRARY_FILES[name] ?? join(viewsDir, 'static', name)));
    } else if (pathname.startsWith('/dev/outbox/')) {
      response.removeHeader('content-security-policy');
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><html lang="en"><title>Mail</title></html>');
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    addressOf: (name) => `http://127.0.0.1:${port}/samples/${name}`,
    htmlWithoutScripts: (name) => {
      const view = viewOf(name);
      return view && !runsScripts(view) && !showsFrame(view) ? render(view) : undefined;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
