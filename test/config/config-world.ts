import { ConfigError, readConfig } from '../../src/config/config.ts';

/** What production needs, but for the mail server. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.org',
  REDIS_URL: 'redis://localhost',
  CLIENTS_FILE: 'clients.example.json',
  MAIL_FROM: 'no-reply@example.org',
  TRUSTED_PROXIES: 'none',
  LATCHKEY_SECRET: 'x'.repeat(32),
};

/** The lines with which a start is refused; none where it is not. */
export function errorsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.errors;
    throw error;
  }
}
