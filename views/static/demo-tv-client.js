/*
 * The client of the demonstration television: a device without a keyboard (RFC 8628), as its maker would write it. It knows
 * nothing of screens. Every answer comes as an outcome; what cannot be reached is asked again, ever more slowly.
 */
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid profile email offline_access';
/** Milliseconds. */
const TIMEOUT = 10_000;
const FIRST_PAUSE = 2000;
const MAX_PAUSE = 60_000;
/** RFC 8628 section 3.5: so many seconds more, for this poll and all that follow. */
const SLOWER = 5;
/** RFC 8628 section 3.2: where the server names no interval. */
const DEFAULT_INTERVAL = 5;
/** Seconds before its end at which an access token is replaced. */
const EARLY = 30;

export class DeviceClient {
  #clientId;
  #words;
  #onExchange;
  #endpoints;

  /**
   * @param clientId one without a secret
   * @param words what the device says of itself: device_name, device_type
   * @param onExchange hears of each request with its answer
   */
  constructor(clientId, words, onExchange) {
    this.#clientId = clientId;
    this.#words = words;
    this.#onExchange = onExchange;
  }

  /** Where to ask, from what the server says of itself (RFC 8414). */
  async discover() {
    if (this.#endpoints) return;
    const { body } = await this.#untilAnswered(() => this.#send('GET', '/.well-known/openid-configuration'));
    this.#endpoints = {
      code: pathOf(body.device_authorization_endpoint),
      token: pathOf(body.token_endpoint),
      owner: pathOf(body.userinfo_endpoint),
      revocation: pathOf(body.revocation_endpoint),
    };
  }

  /** RFC 8628 section 3.1. @returns the code, with `expiresAt` and `interval`, or `{ error }` */
  async askForCode() {
    // From before the request, so that the device never believes in a code for longer than the server does.
    const askedAt = Date.now();
    const { status, body } = await this.#untilAnswered(() =>
      this.#post(this.#endpoints.code, { scope: SCOPE, ...this.#words }),
    );
    if (status !== 200) return { error: sentenceOf(body, status) };
    return {
      userCode: body.user_code,
      deviceCode: body.device_code,
      address: body.verification_uri,
      expiresAt: askedAt + body.expires_in * 1000,
      lifetime: body.expires_in * 1000,
      interval: body.interval ?? DEFAULT_INTERVAL,
    };
  }

  /**
   * RFC 8628 sections 3.4 and 3.5: asks until the owner has decided, the code is over, or `stop` is called.
   * @returns `{ tokens }`, or `{ ended }`: denied, expired, stopped, or `{ error }`
   */
  async poll(code, stopped) {
    let interval = code.interval;
    let pause = interval * 1000;
    for (let failures = 0; ; ) {
      if (await endsFirst(stopped, pause)) return { ended: 'stopped' };
      if (Date.now() >= code.expiresAt) return { ended: 'expired' };
      const fields = { grant_type: DEVICE_GRANT, device_code: code.deviceCode };
      const answer = await this.#post(this.#endpoints.token, fields);
      const { status, body } = answer;
      if (status === 200) return { tokens: tokensOf(body) };
      if (isLater(answer)) {
        failures += 1;
        pause = pauseOf(answer, interval * 1000, failures);
        continue;
      }
      failures = 0;
      if (body.error === 'slow_down') interval += SLOWER;
      else if (body.error === 'access_denied') return { ended: 'denied' };
      else if (body.error === 'expired_token') return { ended: 'expired' };
      else if (body.error !== 'authorization_pending') return { error: sentenceOf(body, status) };
      pause = interval * 1000;
    }
  }

  /** Who the owner is, with a fresh key where the old one is nearly over. @returns `{ owner, tokens }`, or `{ ended: 'removed' }` */
  async whoIsIt(tokens) {
    let held = tokens;
    if (Date.now() >= held.expiresAt - EARLY * 1000) held = await this.#refresh(held);
    if (!held) return { ended: 'removed' };
    const asked = await this.#untilAnswered(() => this.#send('GET', this.#endpoints.owner, undefined, held));
    if (asked.status === 200) return { owner: asked.body, tokens: held };
    // The access token may be over, or the device removed: only the refresh token tells.
    const fresh = await this.#refresh(held);
    return fresh ? { tokens: fresh } : { ended: 'removed' };
  }

  /** RFC 7009: a device that is switched off for good takes itself off the list. */
  async signOut(tokens) {
    await this.#post(this.#endpoints.revocation, { token: tokens.refreshToken, token_type_hint: 'refresh_token' });
  }

  /** RFC 6749 section 6. A lost answer is asked for again with the old token. `undefined`: its owner has removed it. */
  async #refresh(tokens) {
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refreshToken };
    const { status, body } = await this.#untilAnswered(() => this.#post(this.#endpoints.token, fields));
    return status === 200 ? { ...tokensOf(body), refreshToken: body.refresh_token ?? tokens.refreshToken } : undefined;
  }

  async #untilAnswered(ask) {
    for (let failures = 1; ; failures += 1) {
      const answer = await ask();
      if (!isLater(answer)) return answer;
      await sleep(pauseOf(answer, FIRST_PAUSE, failures));
    }
  }

  #post(path, fields) {
    return this.#send('POST', path, { client_id: this.#clientId, ...fields });
  }

  /** `status` 0: no answer came. */
  async #send(method, path, fields, tokens) {
    const begun = Date.now();
    const answer = { status: 0, body: {}, retryAfter: 0 };
    try {
      const response = await fetch(path, {
        method,
        ...(fields && { body: new URLSearchParams(fields) }),
        headers: { accept: 'application/json', ...(tokens && { authorization: `Bearer ${tokens.accessToken}` }) },
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await response.text();
      Object.assign(answer, { status: response.status, retryAfter: Number(response.headers.get('retry-after')) || 0 });
      if (text) answer.body = JSON.parse(text);
    } catch {
      // Answers that cannot be read are none.
    }
    this.#onExchange({ begun, method, path, fields, bearer: tokens?.accessToken, ...answer });
    return answer;
  }
}

/** A page may ask its own server alone; the path is what differs between servers. */
function pathOf(address) {
  return new URL(address).pathname;
}

function tokensOf(body) {
  return {
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
    expiresAt: Date.now() + (body.expires_in ?? 300) * 1000,
  };
}

/** A 429 may say slow_down, which has a meaning of its own. */
function isLater({ status, body }) {
  return status === 0 || status === 408 || status >= 500 || (status === 429 && body.error !== 'slow_down');
}

function pauseOf({ retryAfter }, base, failures) {
  return Math.max(Math.min(base * 2 ** failures, Math.max(base, MAX_PAUSE)), retryAfter * 1000);
}

function sentenceOf({ error, error_description: description }, status) {
  return [error ?? `status ${status}`, description].filter(Boolean).join(': ');
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whether it comes within that time. */
export function endsFirst(promise, milliseconds) {
  return Promise.race([promise.then(() => true), sleep(milliseconds).then(() => false)]);
}
