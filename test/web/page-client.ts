import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ask, FORM, type HttpAnswer, type HttpQuestion } from '../support/http.ts';

export interface Page {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  location: string;
  /** Where it goes on to by itself. */
  onward: string;
  /** Values of the fields of that name, hidden ones included, as the page wrote them. */
  field(name: string): string;
}

/** Addresses of pages that only a form leads to. */
const SAYS_WHAT_CAME = /[?&](answer|held|entered|shown)=|\/(code|new|confirm)(\?|$)/;

/**
 * A browser without its window, on supertest: keeps cookies, follows nothing by itself but a form to what it says. The cookies are its own and no
 * agent's: pages that think they are behind https set them as `Secure`, and an agent keeps those back over http.
 */
export class PageClient {
  readonly origin: string;
  readonly cookies = new Map<string, string>();
  /** Sent with everything. */
  headers: Record<string, string> = { accept: 'text/html,*/*;q=0.8' };

  /** Keeps its connections, as a window does; absent: each request has its own. */
  agent: Agent | undefined;
  /** Milliseconds for which a page is waited for; absent: as long as it takes. */
  timeout: number | undefined;

  constructor(origin: string) {
    this.origin = origin;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.send('GET', path, undefined, headers);
  }

  /** Where the form leads to a page that says what came of it, that page is what is looked at. */
  async post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const answer = await this.postAlone(path, fields, headers);
    return SAYS_WHAT_CAME.test(answer.location) ? this.get(answer.location, headers) : answer;
  }

  /**
   * The answer to the form itself.
   * @throws where it is a page: what is posted has an address, so that no reload posts it again. Errors aside.
   */
  async postAlone(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const form = { ...FORM, ...headers };
    const answer = await this.send('POST', path, new URLSearchParams(fields).toString(), form);
    const isPage = answer.status !== 303 && /^text\/html/.test(String(answer.headers['content-type'] ?? ''));
    const isError = answer.status === 404 || /<p class="reference">\S+ \d{3} · /.test(answer.text);
    if (isPage && !isError) throw new Error(`POST ${path} shows a page: ${answer.status} ${answer.text}`);
    return answer;
  }

  /** Opens a page for its form and posts it. */
  async submit(path: string, to: string, fields: Record<string, string>): Promise<Page> {
    const page = await this.get(path);
    return this.post(to, { csrf: page.field('csrf'), ...fields });
  }

  /** Whatever the answer is, an error too: nothing of it is followed. */
  async send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { ...this.headers, ...(cookie ? { cookie } : {}), ...headers };
    const isAddress = URL.parse(path, this.origin)?.href === this.origin + path;
    const send = isAddress ? ask : sendAsWritten;
    const answer = await send(this.origin, {
      ...{ method, path, body, headers: all },
      ...{ agent: this.agent, timeout: method === 'GET' ? this.timeout : undefined },
    });
    this.#keep([answer.headers['set-cookie'] ?? []].flat());
    return pageOf(answer);
  }

  #keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** A target that no address has: supertest would put it right. */
function sendAsWritten(origin: string, { method, path, body, headers }: HttpQuestion): Promise<HttpAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const { statusCode: status = 0 } = response;
      text(response).then((whole) => resolve({ status, headers: response.headers, text: whole }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function pageOf({ status, headers, text }: HttpAnswer): Page {
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
  const onward =
    /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  return { status, headers, text, location: String(headers['location'] ?? ''), onward, field };
}
