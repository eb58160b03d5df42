/**
 * `POST /voice-code/verify`: a device asks whether four digits that it heard are its owner's voice code, and
 * `POST /voice-code/purchase`: whether something may be bought. For programs: an access token is the only credential,
 * cookies are not read and none is set, no other site's page may ask.
 */

import type { BearerTokens } from '../devices/bearer-tokens.ts';
import type { VoiceCode } from '../voice-code/voice-code.ts';
import type { VoicePurchases } from '../voice-code/voice-purchases.ts';
import { askToWait, bearerOf, who } from './bearer-answers.ts';
import { formParsing, optional, readForm, text } from './middleware/form.ts';
import { placeOf } from './routes/visit.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

interface VoiceCodeEndpoint {
  readonly bearers: BearerTokens;
  readonly voiceCode: VoiceCode;
  readonly purchases: VoicePurchases;
}

type Answer = (endpoint: VoiceCodeEndpoint, ctx: WebContext) => Promise<void>;

const ANSWERS: ReadonlyMap<string, Answer> = new Map([
  ['/voice-code/verify', verify],
  ['/voice-code/purchase', buy],
]);

export function voiceCodeEndpoint(endpoint: VoiceCodeEndpoint): WebMiddleware {
  const parse = formParsing();
  return async function answerVoiceCode(ctx, next) {
    const answer = ANSWERS.get(ctx.path);
    if (!answer) return next();
    ctx.state.route = ctx.path;
    ctx.state.forProgram = true;
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method !== 'POST') return refuseMethod(ctx);
    await parse(ctx, () => answer(endpoint, ctx));
  };
}

const CODE_FORM = 'The form needs one field, code, with four digits';

async function verify({ bearers, voiceCode }: VoiceCodeEndpoint, ctx: WebContext): Promise<void> {
  const asks = await bearerOf(ctx, bearers, CODE_FORM);
  if (!asks) return;
  const { bearer, refuse } = asks;
  const { code } = readForm(ctx, { code: text });
  if (!isAscii(code)) return refuse(400, 'invalid_request');
  const outcome = await voiceCode.try(bearer.grant, code, placeOf(ctx));
  switch (outcome.outcome) {
    case 'malformed':
      return refuse(400, 'invalid_request');
    case 'gone':
      return refuse(401, 'invalid_token');
    case 'wait':
      return askToWait(ctx, bearer, outcome.milliseconds);
    case 'yes':
    case 'no':
      ctx.state.audit(outcome.outcome === 'yes' ? 'voice-code-right' : 'voice-code-refused', who(bearer));
      ctx.body = { verified: outcome.outcome === 'yes' };
  }
}

const PURCHASE_FORM =
  'The form needs amount (a whole number of the smallest unit), currency (three capital letters) and idempotency_key (1 to 255 ASCII characters), and may have code (four digits)';

const PURCHASE = { amount: text, currency: text, idempotency_key: text, code: optional };

/** Why something is not bought, to a program; never with status 200, which a hasty one would take for a yes. */
const REFUSALS = {
  other: [422, 'idempotency_key_reused', 'Something else was bought under this idempotency_key'],
  unset: [403, 'limits_not_set', 'The owner has not said how much may be bought by voice'],
  currency: [403, 'currency_refused', 'The owner buys by voice in another currency'],
  day: [403, 'day_limit_met', 'It is more than may be bought by voice in a day'],
  code: [403, 'code_needed', 'It is more than may be bought without the voice code: ask for it'],
  wrong: [403, 'code_refused', 'The code is not the owner’s voice code, or it does not work'],
} as const;

async function buy({ bearers, purchases }: VoiceCodeEndpoint, ctx: WebContext): Promise<void> {
  const asks = await bearerOf(ctx, bearers, PURCHASE_FORM);
  if (!asks) return;
  const { bearer, refuse } = asks;
  const asked = readForm(ctx, PURCHASE);
  if (!isAscii(asked.code ?? '')) return refuse(400, 'invalid_request');
  const outcome = await purchases.buy(bearer.grant, asked, placeOf(ctx));
  switch (outcome.outcome) {
    case 'malformed':
      return refuse(400, 'invalid_request');
    case 'gone':
      return refuse(401, 'invalid_token');
    case 'wait':
      return askToWait(ctx, bearer, outcome.milliseconds);
    case 'bought':
      ctx.state.audit('voice-purchase-allowed', who(bearer));
      ctx.body = { allowed: true };
      return;
    default: {
      const [status, error, description] = REFUSALS[outcome.outcome];
      ctx.state.audit('voice-purchase-refused', { ...who(bearer), reason: error });
      ctx.status = status;
      ctx.body = { error, error_description: description };
    }
  }
}

/** A program asks: what people write in other scripts is not read here. */
const isAscii = (typed: string) => !/[^\x20-\x7e]/.test(typed);

function refuseMethod(ctx: WebContext): void {
  ctx.set('Allow', 'POST');
  ctx.status = 405;
  ctx.body = { error: 'method_not_allowed', error_description: 'Use POST' };
}
