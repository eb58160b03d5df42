import { errors } from 'oidc-provider';

/** 503: the store did not answer. A client must assume that its tokens still live (RFC 7009 section 2.2.1). */
export class StoreDown extends errors.OIDCProviderError {
  override error_description = 'the service is temporarily unavailable, try again shortly';
  readonly retryAfter: number;

  constructor(retryAfter: number, cause: unknown) {
    super(503, 'temporarily_unavailable');
    this.expose = true;
    this.retryAfter = retryAfter;
    this.cause = cause;
  }
}

/** 400: a request that asks for nothing that this server has (RFC 6749 section 3.3). */
export class NoKnownScope extends errors.OIDCProviderError {
  override error_description = 'name at least one scope that this server knows';

  constructor() {
    super(400, 'invalid_scope');
    this.expose = true;
  }
}

/** 429: as many device codes live as may (requirement A12). */
export class TooManyDeviceCodes extends errors.OIDCProviderError {
  override error_description = 'too many device codes are waiting for their owners, try again in a minute';
  readonly retryAfter = 60;

  constructor() {
    super(429, 'temporarily_unavailable');
    this.expose = true;
  }
}

/**
 * 429: too many polls with device codes that were never issued, from one network or in all. Known codes are
 * answered as ever. The name of the error stays that of an unknown code, so that a device which has slept through
 * the life of its code stops (RFC 8628 section 3.5).
 */
export class TooManyUnknownCodes extends errors.OIDCProviderError {
  override error_description = 'too many requests with unknown device codes, try again later';

  constructor() {
    super(429, 'invalid_grant');
    this.expose = true;
  }
}

/** 429: too many sign-ins of apps wait for visitors, from one network or in all. The app hears so as it hears a denial. */
export class TooManySignIns extends errors.OIDCProviderError {
  override error_description = 'too many sign-ins have been begun, try again later';

  constructor() {
    super(429, 'temporarily_unavailable');
    this.expose = true;
  }
}

/** 429: a client has asked for more tokens in its own name than are kept for it. */
export class TooManyTokens extends errors.OIDCProviderError {
  override error_description = 'too many tokens were asked for, use those that you have and try again later';

  constructor() {
    super(429, 'temporarily_unavailable');
    this.expose = true;
  }
}

/** The library saved a decision on a device code; owners decide by `DeviceLinking` alone. */
export class DecisionOfLibrary extends Error {}

/** The owner has signed out of everything since the browser that approves proved who they are. */
export class StaleEpoch extends Error {}

/** As many devices are linked to the account, or wait to be, as may be. */
export class TooManyDevices extends Error {}
