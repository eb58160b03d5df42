/**
 * The bare floor: `node:http` and one Redis script for each request, with nothing that a server must do beside it. It looks at
 * no client, keeps the pace in memory, and knows device authorizations and pending polls only: what no server on Node.js and
 * Redis goes below. Environment: PORT, REDIS_URL, REDIS_PREFIX.
 */
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Redis, type Result } from 'ioredis';
import { answerParent } from './cpu.ts';

const { PORT, ISSUER = '', REDIS_URL = '', REDIS_PREFIX: prefix = '' } = process.env;
const SECRET = randomBytes(32);
const LIFETIME = 600;
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    giveCode(code: string, userCode: string, payload: string, lifetime: number): Result<number, Context>;
    look(code: string): Result<string | null, Context>;
  }
}

const redis = new Redis(REDIS_URL, {
  scripts: {
    giveCode: {
      numberOfKeys: 2,
      lua: `if not redis.call('SET', KEYS[2], KEYS[1], 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1`,
    },
    look: { numberOfKeys: 1, lua: "return redis.call('GET', KEYS[1])" },
  },
});
const lastPolls = new Map<string, number>();

const macOf = (code: string) => createHmac('sha256', SECRET).update(code).digest('base64url');
const keyOf = (code: string) => `${prefix}code:${macOf(code)}`;

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  const type = 'application/json; charset=utf-8';
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': length, 'Cache-Control': 'no-store' });
  response.end(text);
}

async function authorize(form: URLSearchParams, response: ServerResponse): Promise<void> {
  const device_code = randomBytes(32).toString('base64url');
  const payload = JSON.stringify({ client: form.get('client_id'), scope: form.get('scope') });
  // With 100,000 that wait at once, one time in six two have drawn the same.
  let [user_code, isGiven] = ['', 0];
  while (!isGiven) {
    user_code = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    isGiven = await redis.giveCode(keyOf(device_code), `${prefix}user:${user_code}`, payload, LIFETIME);
  }
  const verification_uri = `${ISSUER}/device`;
  answer(response, 200, { device_code, user_code, verification_uri, expires_in: LIFETIME, interval: 5 });
}

async function poll(form: URLSearchParams, response: ServerResponse): Promise<void> {
  const key = keyOf(form.get('device_code') ?? '');
  const isThere = (await redis.look(key)) !== null;
  const now = Date.now();
  const isEarly = now - (lastPolls.get(key) ?? 0) < 5000;
  lastPolls.set(key, now);
  const pending = isEarly ? 'slow_down' : 'authorization_pending';
  answer(response, 400, { error: isThere ? pending : 'invalid_grant' });
}

function hear(request: IncomingMessage, response: ServerResponse): void {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => {
    const form = new URLSearchParams(text);
    const answered = request.url === '/token' ? poll(form, response) : authorize(form, response);
    answered.catch(() => answer(response, 503, { error: 'temporarily_unavailable' }));
  });
}

answerParent();
const server = createServer({ keepAliveTimeout: 65_000 }, hear);
server.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
process.on('SIGTERM', () => process.exit());
process.on('disconnect', () => process.exit());
