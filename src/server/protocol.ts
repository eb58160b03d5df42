/** The protocol, put together with the stores, the pages and the files of this installation. */
import { describeError } from '../errors/error-description.ts';
import { createProtocol, type Protocol } from '../oidc/protocol.ts';
import { showFormPost } from '../web/form-post.ts';
import { protocolCookies } from '../web/middleware/cookies.ts';
import { showHeldAnswer, showProtocolError } from '../web/middleware/errors.ts';
import { limiterOf } from './accounts.ts';
import type { Parts } from './parts.ts';
import { requireReaders } from './stored-clients.ts';

export async function protocolOf(parts: Parts): Promise<Protocol> {
  const { config, log, stores, security } = parts;
  const protocol = await createProtocol(
    {
      config,
      clients: parts.clientsFile.clients,
      product: parts.brand.name,
      resources: parts.resources,
      keys: parts.keys.signingKeys.published,
      accounts: stores.accounts,
      stores: {
        ...stores,
        limiter: limiterOf(parts),
        lifetimes: config.lifetimes,
      },
      cookies: protocolCookies(config.issuer),
      renderError: (ctx, error) =>
        showProtocolError(ctx as unknown as Parameters<typeof showProtocolError>[0], error),
      renderHeldAnswer: (ctx, held) =>
        showHeldAnswer(ctx as unknown as Parameters<typeof showHeldAnswer>[0], held),
      renderFormPost: (ctx, post) => showFormPost(ctx as unknown as Parameters<typeof showFormPost>[0], post),
    },
    (error, requestId) => log.error({ requestId, error: describeError(error) }, 'protocol failed'),
    security,
    log,
  );
  await requireReaders(protocol.clients, parts.resources);
  return protocol;
}
