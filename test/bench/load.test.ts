/** The load generator reads as little of an answer as it can: what it takes for an expected one has to be one. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Answer, AnswerReader } from '../../bench/answer-reader.ts';
import { run, Target } from '../../bench/load.ts';

const HEAD = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 8';

describe('an answer', () => {
  it('is whole once all of it has come, in whatever pieces', () => {
    const text = `${HEAD}\r\nset-cookie: a=b; path=/\r\nSet-Cookie: c=d\r\n\r\n{"é":1}`;
    const octets = Buffer.from(text).toString('latin1');
    for (let cut = 0; cut < octets.length; cut += 1) {
      const reader = new AnswerReader();
      if (cut > 0) expect(reader.add(octets.slice(0, cut))).toBeUndefined();
      const answer = reader.add(octets.slice(cut));
      expect(answer).toMatchObject({ status: 400, closes: false, body: { é: 1 } });
      expect(answer?.cookies).toEqual(['a=b; path=/', 'c=d']);
      expect(reader.add(octets)?.status).toBe(400);
    }
  });

  it('says the texts of its JSON', () => {
    const answer = new Answer('HTTP/1.1 200 OK', '{"expires_in":5,"refresh_token":"ab-c","x":""}');
    expect(answer.field('refresh_token')).toBe('ab-c');
    expect(answer.field('x')).toBe('');
    expect(answer.field('expires_in')).toBe('');
    expect(answer.field('access_token')).toBe('');
  });

  it('is none where its length is not said in its head, or more comes', () => {
    expect(() => new AnswerReader().add('HTTP/1.1 200 OK\r\n\r\n\r\ncontent-length: 0')).toThrow('not said');
    expect(() => new AnswerReader().add(`${HEAD}\r\n\r\n123456789`)).toThrow('more than one');
    expect(new AnswerReader().add('HTTP/1.1 204 No Content\r\n\r\n')?.text).toBe('');
  });
});

describe('who reads what requests cost', () => {
  const heard: { fields: string; head: IncomingMessage }[] = [];
  let answer: RequestListener = (_request, response) => response.end('good');
  const server = createServer((request, response) => {
    let fields = '';
    request.on('data', (chunk: Buffer) => {
      fields += chunk.toString();
    });
    request.on('end', () => {
      heard.push({ fields, head: request });
      answer(request, response);
    });
  });
  let port: number;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('knows that each was asked once, by so many at once, and none twice', async () => {
    const target = new Target(port, 3);
    const times: number[] = [];
    const answers: string[] = [];
    answer = (request, response) => response.end(request.url);
    const load = {
      request: (index: number, worker: number) => target.form(`/${index}?${worker}`, { a: 'b c&d' }),
      heard: ({ text }: Answer, index: number, worker: number) => {
        expect(text).toBe(`/${index}?${worker}`);
        answers.push(text);
      },
    };
    expect(await run(target, load, 50, 3, times)).toBeGreaterThan(0);
    target.close();
    expect(new Set(answers).size).toBe(50);
    expect(times).toHaveLength(50);
    expect(new Set(answers.map((text) => text.split('?')[1])).size).toBe(3);
    expect(heard[0]?.fields).toBe('a=b+c%26d');
    const headers = { connection: 'keep-alive', 'content-type': 'application/x-www-form-urlencoded' };
    expect(heard[0]?.head.headers).toMatchObject(headers);
    expect(new Set(heard.map(({ head }) => head.socket)).size).toBe(3);
  });

  it('knows that an unexpected answer ends it', async () => {
    const target = new Target(port, 2);
    answer = (_request, response) => response.writeHead(503, { 'content-length': 4 }).end('busy');
    const from = heard.length;
    const wrong = ({ status }: Answer) => {
      throw new Error(`unexpected answer ${status}`);
    };
    const load = { request: () => target.page('/'), heard: wrong };
    await expect(run(target, load, 100, 2)).rejects.toThrow('unexpected answer 503');
    target.close();
    expect(heard.length - from).toBeLessThan(5);
  });

  it('goes on where the server ends a connection with an answer', async () => {
    const target = new Target(port, 2);
    answer = (_request, response) => response.setHeader('connection', 'close').end('good');
    const load = { request: () => target.page('/'), heard: ({ text }: Answer) => expect(text).toBe('good') };
    await run(target, load, 20, 4);
    target.close();
  });

  it('is told where a connection ends without one', async () => {
    const raw = createRawServer((socket) => void socket.once('data', () => socket.destroy())).listen(
      0,
      '127.0.0.1',
    );
    await once(raw, 'listening');
    const target = new Target((raw.address() as AddressInfo).port, 1);
    await expect(target.get('/')).rejects.toThrow('the connection was closed');
    raw.close();
    await once(raw, 'close');
  });
});
