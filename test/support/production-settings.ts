import { testRedisUrl } from './test-stores.ts';

/** What a server in production needs at least, on the Redis of the tests. */
export const productionSettings = (): Record<string, string> => ({
  NODE_ENV: 'production',
  REDIS_URL: testRedisUrl(),
  ISSUER: 'https://link.example.net',
  SMTP_URL: 'smtps://mail.example.net',
  MAIL_FROM: 'no-reply@example.net',
  LATCHKEY_SECRET: 'x'.repeat(32),
});
