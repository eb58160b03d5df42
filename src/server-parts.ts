/** What the composition root makes first, and everything else is made from. */
import type { Router } from '@koa/router';
import type { Logger } from 'pino';
import type { Mailer } from './accounts/mail.ts';
import type { Metrics } from './activity/metrics.ts';
import type { SecurityLog } from './activity/security-log.ts';
import type { Config } from './config.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { CountryOf } from './devices/link-risk.ts';
import type { parseClients } from './oidc/clients.ts';
import type { Keyring } from './redis/keyring.ts';
import type { SafetyWatch } from './redis/safety-watch.ts';
import type { Stores } from './redis/stores.ts';
import type { InstallationKeys } from './server-store.ts';
import type { WebState } from './web/web-state.ts';

/** What tests and `npm run dev` put in the place of the real thing. */
export interface Overrides {
  readonly log?: Logger;
  readonly mailer?: Mailer;
  readonly now?: () => number;
  /** Templates, styles and scripts are read anew for each page: for those who write them. */
  readonly freshViews?: boolean;
  /** Hears which pages there are. */
  readonly seeRouters?: (routers: readonly Router<WebState>[]) => void;
}

export interface Parts {
  delivery: Delivery;
  config: Config;
  log: Logger;
  clients: ReturnType<typeof parseClients>;
  keyring: Keyring;
  keys: InstallationKeys;
  stores: Stores;
  overrides: Overrides;
  safety: SafetyWatch;
  /** Absent without a file of places. */
  countryOf: CountryOf | undefined;
  metrics: Metrics;
  security: SecurityLog;
}
