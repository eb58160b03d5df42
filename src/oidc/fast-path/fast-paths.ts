import type Provider from 'oidc-provider';
import type { SecurityLog } from '../../audit/security-log.ts';
import type { AccessTokenAdapter } from '../adapters/access-tokens.ts';
import { DeviceCodeAdapter } from '../adapters/device-codes.ts';
import { DEVICE_GRANT } from '../clients.ts';
import type { ProtocolSettings } from '../configuration.ts';
import type { Cors } from '../cors.ts';
import { activeTokens, INTROSPECTION_PATH } from './active-tokens.ts';
import { DEVICE_PATH, deviceAuthorizations } from './device-authorizations.ts';
import { pendingPolls } from './pending-polls.ts';
import type { FastPaths } from './plain-answers.ts';
import { REFRESH_GRANT, refreshes } from './refreshes.ts';
import { TOKEN_PATH, tokenAnswers } from './token-answers.ts';
import { USERINFO_PATH, userInfo } from './user-info.ts';

interface FastPathParts extends Pick<ProtocolSettings, 'config' | 'stores'> {
  readonly accessTokens: Pick<AccessTokenAdapter, 'present'>;
  readonly cors: Cors;
  readonly security: SecurityLog | undefined;
}

/** All of them, in front of one provider. */
export function fastPaths(
  provider: Provider,
  { config: { lifetimes }, stores, accessTokens, cors, security }: FastPathParts,
): FastPaths {
  const seconds = {
    accessToken: inSeconds(lifetimes.accessToken),
    refreshToken: inSeconds(lifetimes.refreshToken),
  };
  const codes = { codes: new DeviceCodeAdapter(stores), lifetime: inSeconds(lifetimes.deviceCode) };
  const byGrant = new Map([
    [DEVICE_GRANT, pendingPolls(provider, stores.deviceCodes, cors)],
    [REFRESH_GRANT, refreshes({ provider, stores, seconds, cors, security })],
  ]);
  return {
    GET: new Map([[USERINFO_PATH, userInfo(provider, accessTokens)]]),
    POST: new Map([
      [TOKEN_PATH, tokenAnswers(byGrant)],
      [DEVICE_PATH, deviceAuthorizations({ provider, cors, security, ...codes })],
      [INTROSPECTION_PATH, activeTokens(provider, accessTokens, security)],
    ]),
  };
}

const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
