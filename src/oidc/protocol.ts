/**
 * The protocol: `oidc-provider` behind our store and rules. This folder is the only one that knows the library,
 * and it uses its public API only.
 */
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import Provider from 'oidc-provider';
import type { Logger } from 'pino';
import type { AppAccess } from '../apps/app-access.ts';
import type { AppSignIn } from '../apps/app-sign-in.ts';
import type { AppSignOut } from '../apps/app-sign-out.ts';
import type { SecurityLog } from '../audit/security-log.ts';
import type { BearerTokens } from '../devices/bearer-tokens.ts';
import type { DeviceLinking } from '../devices/device-linking.ts';
import { AccessTokenAdapter } from './adapters/access-tokens.ts';
import { answerLog } from './answer-log.ts';
import { completeAnswers } from './answers.ts';
import { ProviderAppAccess } from './app-access.ts';
import { ProviderAppSignIn } from './app-sign-in.ts';
import { ProviderAppSignOut } from './app-sign-out.ts';
import { readScopeFirst } from './asked-scopes.ts';
import { ProviderBearerTokens } from './bearer-tokens.ts';
import { ClientsError, PUBLISHED_SECRET } from './clients.ts';
import { configuration, type ProtocolSettings } from './configuration.ts';
import { Cors } from './cors.ts';
import { ProviderDeviceLinking } from './device-linking.ts';
import { emptySecretIsNone } from './empty-secret.ts';
import { activeTokens } from './fast-path/active-tokens.ts';
import { deviceAuthorizations } from './fast-path/device-authorizations.ts';
import { pendingPolls } from './fast-path/pending-polls.ts';
import { FormPosts } from './form-post.ts';
import { takeLoopbackAddresses } from './loopback-addresses.ts';
import { auditSecurity } from './security-audit.ts';

export interface Protocol {
  /** Serves the protocol's endpoints; passes everything else on. */
  middleware: Middleware;
  linking: DeviceLinking;
  appSignIn: AppSignIn;
  appAccess: AppAccess;
  appSignOut: AppSignOut;
  /** For endpoints of ours that take access tokens. */
  bearers: BearerTokens;
  /** For tests of the adapter through the library's own models. */
  provider: Provider;
}

/**
 * @param onServerError hears of what the library could not answer, and in which request
 * @param security hears of what an answer means for security
 * @param log has a line of each answer, when it has the level `debug`
 * @throws ClientsError naming each client that the library refuses, now and not at its first use
 */
export async function createProtocol(
  settings: ProtocolSettings,
  onServerError: (error: Error, requestId?: string) => void,
  security?: SecurityLog,
  log?: Logger,
): Promise<Protocol> {
  const formPosts = new FormPosts(settings.renderFormPost);
  const renderError: ProtocolSettings['renderError'] = (ctx, error) => {
    formPosts.forget(ctx);
    settings.renderError(ctx, error);
  };
  const provider = new Provider(settings.config.issuer, configuration({ ...settings, renderError }));
  provider.proxy = true;
  if (security) provider.use(auditSecurity(security) as unknown as Parameters<Provider['use']>[0]);
  provider.use(readScopeFirst as unknown as Parameters<Provider['use']>[0]);
  const cors = new Cors(settings.clients);
  provider.use(cors.restrict() as unknown as Parameters<Provider['use']>[0]);
  const { resources } = settings;
  provider.use(
    completeAnswers({
      grants: settings.stores.grants,
      resources,
      keys: settings.keys,
    }) as unknown as Parameters<Provider['use']>[0],
  );
  provider.on('server_error', (ctx, error) => {
    onServerError(error, (ctx.state as { requestId?: string }).requestId);
  });
  formPosts.watch(provider);
  keepSessionIds(provider);
  takeLoopbackAddresses(provider);
  await checkClients(provider, settings);
  const { consents, deviceCodes, grants, records } = settings.stores;
  const grantSeconds = settings.config.lifetimes.grant / 1000;
  const accessTokens = new AccessTokenAdapter(grants, records);
  return {
    middleware: compose([
      ...(security && log?.isLevelEnabled('debug') ? [answerLog(log, security)] : []),
      emptySecretIsNone(provider),
      pendingPolls(provider, deviceCodes, cors),
      deviceAuthorizations(provider, cors, security),
      activeTokens(provider, accessTokens),
      compose(provider.middleware) as unknown as Middleware,
    ]),
    linking: new ProviderDeviceLinking(provider, deviceCodes, resources, grantSeconds),
    appSignIn: new ProviderAppSignIn(provider, consents, resources, grantSeconds),
    appAccess: new ProviderAppAccess(provider, consents, resources),
    appSignOut: new ProviderAppSignOut(provider),
    bearers: new ProviderBearerTokens({
      issuer: settings.config.issuer,
      tokens: accessTokens,
      grants,
      records,
    }),
    provider,
  };
}

/**
 * The library gives a browser a new session id whenever an app's request goes on after a page of ours. Our sign-in
 * has just done so; a second time, two tabs that sign in to two apps would sign each other out.
 */
function keepSessionIds(provider: Provider): void {
  const { prototype } = provider.Session;
  const { resetIdentifier } = prototype;
  prototype.resetIdentifier = function keepSessionId(): void {
    if (Provider.ctx?.oidc.route !== 'resume') resetIdentifier.call(this);
  };
}

/** Static clients are validated at first use; here each is used once. */
async function checkClients(provider: Provider, { clients, config }: ProtocolSettings): Promise<void> {
  const errors: string[] = [];
  for (const given of clients) {
    const { client_id: id, client_secret: secret } = given;
    if (config.mode === 'production' && secret === PUBLISHED_SECRET) {
      errors.push(`${id}: client_secret is the published one of the example; make one: openssl rand -hex 32`);
    }
    try {
      const known = (await provider.Client.find(id))?.metadata() ?? {};
      const ignored = Object.keys(given).filter((name) => !(name in known));
      errors.push(
        ...ignored.map((name) => `${id}: ${name} is nothing that this server knows: correct or remove it`),
      );
    } catch (error) {
      const { error_description: description, message } = error as Error & { error_description?: string };
      errors.push(`${id}: ${description ?? message}`);
    }
  }
  if (errors.length > 0) throw new ClientsError(errors);
}
