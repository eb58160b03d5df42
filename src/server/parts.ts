/** What the composition root makes first, and everything else is made from. */
import type { Router } from '@koa/router';
import type { Logger } from 'pino';
import type { HashingCost, Passwords } from '../accounts/passwords.ts';
import type { Jobs } from '../admin/jobs.ts';
import type { HourlyFigures } from '../audit/hourly-figures.ts';
import type { Metrics } from '../audit/metrics.ts';
import type { SecurityLog } from '../audit/security-log.ts';
import type { Brand } from '../brand/brand.ts';
import type { Config } from '../config/config.ts';
import type { DeviceLinking } from '../devices/device-linking.ts';
import type { LinkWatch } from '../devices/link-watch.ts';
import type { Delivery } from '../mail/delivery.ts';
import type { Mailer } from '../mail/mail.ts';
import type { CountryOf } from '../net/country.ts';
import type { PlainAnswers } from '../net/plain-answer.ts';
import type { ResourceCatalog } from '../oidc/resources.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { DurabilityWatch } from '../redis/durability-watch.ts';
import type { Keyring } from '../redis/keyring.ts';
import type { Stores } from '../redis/stores.ts';
import type { Build } from '../runtime/version.ts';
import type { UpstreamProviders } from '../upstream/providers.ts';
import type { HoldTimes } from '../web/routes/waiting.ts';
import type { WebState } from '../web/web-state.ts';
import type { WebhookReceiver } from '../webhooks/webhook-receiver.ts';
import type { Languages } from '../words/languages.ts';
import type { ClientsFile } from './clients-file.ts';
import type { InstallationKeys } from './store.ts';
import type { UpstreamFile } from './upstreams.ts';
import type { WorkerLink } from './worker-link.ts';

/** What tests and `npm run dev` put in the place of the real thing. */
export interface Overrides {
  readonly log?: Logger;
  /** Of the runtime. */
  readonly node?: string;
  readonly mailer?: Mailer;
  readonly now?: () => number;
  /** Milliseconds of a processor that this thread has used; without it, all time counts as used. */
  readonly worked?: () => number;
  /** The origin by which a phone reaches the server; without it, what the network of this machine says. */
  readonly phoneAddress?: string;
  /** Where this process is one of several. */
  readonly siblings?: Pick<WorkerLink, 'giveFigures' | 'figuresOfAll'>;
  /** Templates, styles and scripts are read anew for each page: for those who write them. */
  readonly freshViews?: boolean;
  readonly passwords?: Passwords;
  /** Of passwords, with the pepper of the installation. */
  readonly hashingCost?: HashingCost;
  /** How long a page, and its script, wait for a device. */
  readonly holds?: HoldTimes;
  /** Stands around what finds and decides codes for our pages. */
  readonly aroundLinking?: (linking: DeviceLinking) => DeviceLinking;
  /** Stand behind our own, for what they never do. */
  readonly moreRouters?: readonly Router<WebState>[];
  /** Stands around what answers in front of the framework. */
  readonly aroundFront?: (answers: PlainAnswers) => PlainAnswers;
  /** Hears what everything is made from, and the connection to the store. */
  readonly seeParts?: (parts: Parts, connection: RedisConnection) => void;
  /** Hears which pages there are. */
  readonly seeRouters?: (routers: readonly Router<WebState>[]) => void;
}

export interface Parts {
  build: Build;
  brand: Brand;
  languages: Languages;
  delivery: Delivery;
  config: Config;
  log: Logger;
  clientsFile: ClientsFile;
  resources: ResourceCatalog;
  webhooks: readonly WebhookReceiver[];
  upstreams: UpstreamFile;
  providers: UpstreamProviders;
  keyring: Keyring;
  keys: InstallationKeys;
  stores: Stores;
  overrides: Overrides;
  durability: DurabilityWatch;
  /** Holds the requests of owners who wait for a device. */
  linkWatch: LinkWatch;
  /** Aborted when the server is about to stop: what is held is answered. */
  stopping: AbortController;
  /** Absent without a file of places. */
  countryOf: CountryOf | undefined;
  metrics: Metrics;
  hourly: HourlyFigures;
  jobs: Jobs;
  security: SecurityLog;
}
