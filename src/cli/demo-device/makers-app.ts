/** The maker's app, as it would run on its owner's phone: here it is pages on this computer. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What app and device say to each other on the spot, over Bluetooth or the local network. The verifier is not among it. */
export interface LocalChannel {
  /** The app tells the device to begin, and is given the link that it opens in the system's browser. */
  begin(asked: { readonly redirectUri: string; readonly state: string }): Promise<URL>;
  /** The app hands over what the browser brought it. */
  finish(answer: URL): Promise<void>;
}

interface MakersApp {
  readonly address: string;
  /** Says what it is about to say, and closes. */
  close(): Promise<void>;
}

/** The path that the server sends the browser back to. In `clients.example.json` it stands without a port. */
const ANSWER_PATH = '/linked';

interface Page {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly button?: string;
}

/** @param name of the device, as the app shows it */
export async function openMakersApp(device: LocalChannel, name: string): Promise<MakersApp> {
  const pages = new Pages(device, name);
  const handling = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const handled = pages.answer(request, response).finally(() => handling.delete(handled));
    handling.add(handled);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  pages.address = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    address: pages.address,
    close: async () => {
      server.close();
      await Promise.all(handling);
      server.closeAllConnections();
    },
  };
}

class Pages {
  /** Where they are: known once the port is. */
  address = '';
  readonly #device: LocalChannel;
  readonly #name: string;
  /** Of the request that was begun last: an answer to another one is not this app's. */
  #awaited: string | undefined;

  constructor(device: LocalChannel, name: string) {
    this.#device = device;
    this.#name = name;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', this.address);
    const asked = `${request.method} ${url?.pathname}`;
    if (asked === 'GET /') return send(response, start(this.#name));
    if (asked === 'POST /begin') return this.#begin(response);
    if (url && asked === `GET ${ANSWER_PATH}`) return this.#finish(url, response);
    return send(response, { status: 404, title: 'No such page', text: 'The app is at /.' });
  }

  async #begin(response: ServerResponse): Promise<void> {
    const state = randomBytes(16).toString('base64url');
    const asked = { redirectUri: this.address + ANSWER_PATH, state };
    const link = await this.#device.begin(asked).catch(() => undefined);
    if (!link) return send(response, { status: 502, title: 'It could not begin', text: SEE_TERMINAL });
    this.#awaited = state;
    return send(response, undefined, link);
  }

  async #finish(url: URL, response: ServerResponse): Promise<void> {
    if (this.#awaited === undefined || url.searchParams.get('state') !== this.#awaited)
      return send(response, {
        status: 400,
        title: 'Not an answer to this app',
        text: 'Add the device again.',
      });
    this.#awaited = undefined;
    const isLinked = await this.#device.finish(url).then(
      () => true,
      () => false,
    );
    const title = `${this.#name} ${isLinked ? 'is' : 'was not'} linked`;
    return send(response, { status: 200, title, text: SEE_TERMINAL });
  }
}

const SEE_TERMINAL = 'The terminal says how it goes on.';

function start(name: string): Page {
  const text = `This page plays the app of a device’s maker on your phone. ${name} waits to be added.`;
  return { status: 200, title: 'The maker’s app', text, button: 'Add this device' };
}

/** A page, or the way onward: a form's answer is no page that a reload would ask for again. */
async function send(response: ServerResponse, page: Page | undefined, onward?: URL): Promise<void> {
  const over = new Promise<void>((resolve) => void response.once('close', resolve));
  // The address of an answer holds its code: nothing beside this page hears it.
  const headers = { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'no-referrer' };
  response.writeHead(page?.status ?? 303, {
    ...headers,
    ...(onward && { location: onward.href }),
    connection: 'close',
  });
  response.end(page && html(page));
  await over;
}

function html({ title, text, button }: Page): string {
  const form =
    button === undefined ? '' : `<form method="post" action="/begin"><button>${button}</button></form>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>body{font:1.1rem system-ui;max-width:30rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1rem}</style>
<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${form}</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
