import { request } from 'node:http';

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

/** A browser without its window: keeps cookies, follows nothing by itself. */
export class PageClient {
  readonly origin: string;
  readonly cookies = new Map<string, string>();
  /** Sent with everything. */
  headers: Record<string, string> = { accept: 'text/html,*/*;q=0.8' };

  constructor(origin: string) {
    this.origin = origin;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return this.send('POST', path, new URLSearchParams(fields).toString(), form);
  }

  /** Opens a page for its form and posts it. */
  async submit(path: string, to: string, fields: Record<string, string>): Promise<Page> {
    const page = await this.get(path);
    return this.post(to, { csrf: page.field('csrf'), ...fields });
  }

  send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Page> {
    const { hostname, port } = new URL(this.origin);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { ...this.headers, ...(cookie ? { cookie } : {}), ...headers };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers: all, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          this.#keep(response.headers['set-cookie'] ?? []);
          resolve(pageOf(response.statusCode ?? 0, response.headers, text));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  #keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

function pageOf(status: number, headers: Page['headers'], text: string): Page {
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
  const onward =
    /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  return { status, headers, text, location: String(headers['location'] ?? ''), onward, field };
}
