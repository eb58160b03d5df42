import type { RequestListener, ServerResponse } from 'node:http';
import { Admission, type AdmissionSettings } from '../../limits/admission.ts';
import { networkOfAccount, type SidedPlace } from '../../limits/people-first.ts';
import { RetryTimes } from '../../limits/retry-times.ts';
import { networkOf } from '../../net/network.ts';
import { Connections } from './connections.ts';
import { answerInJson, answerPlainly } from './plain-answer.ts';
import { isFromProgram } from './protocol-paths.ts';

/** Seconds after which a person who was refused may come again. */
const RETRY_AFTER = 3;
/** As the pages say it, and for programs RFC 6749 section 4.1.2.1. */
const SENTENCE = 'This server is busy. Please try again in a moment.';
const BUSY = { error: 'temporarily_unavailable', error_description: SENTENCE };

/** How it is known whether the thread is late, and how many may wait. */
type AdmissionOptions = Pick<AdmissionSettings<never>, 'now' | 'worked' | 'later' | 'connections'> & {
  /** The server's; absent: as many as come, and none says that more are coming. */
  held: Connections;
};

const OPTIONS: Omit<AdmissionOptions, 'held'> = {
  now: () => performance.now(),
  worked: () => performance.now(),
  later: (look, milliseconds) => void setTimeout(look, milliseconds),
  connections: Number.POSITIVE_INFINITY,
};

/** The account whose owner has signed in before with the browser that sends these cookies. */
type KnownAccount = (cookies: string | undefined) => string | undefined;

/**
 * Lets requests begin in turn, before any framework sees them: where the thread is late, those of networks that ask
 * seldom go first, and people before programs. A browser that is known for an account takes that account's turns and not
 * those of its network, which neighbours may use up. What finds no place in the line is answered 503.
 * @param handler of requests that have come through `safeRequest`: their address is past the trusted proxies
 * @param onRefused hears of each request that was refused
 * @param accountOf asks no store
 */
export function requestLine(
  handler: RequestListener,
  onRefused: () => void,
  accountOf: KnownAccount,
  given: Partial<AdmissionOptions> = {},
): RequestListener {
  const { held = new Connections(), ...options } = { ...OPTIONS, ...given };
  const retryTimes = new RetryTimes(options.now);
  const line = new Admission<ServerResponse>({
    begin: (response) => {
      if (isOfProgram(response)) retryTimes.begun(line.waiting > 0);
      handler(response.req, response);
    },
    refuse: (response) => {
      onRefused();
      if (isOfProgram(response)) refuseProgram(response, retryTimes.refused(networkOf(addressOf(response))));
      else answerPlainly(response, 503, `${SENTENCE}\n`, { 'Retry-After': RETRY_AFTER });
    },
    isGone: (response) => response.destroyed,
    placeOf: (response) => placeOf(response, accountOf),
    programs: () => retryTimes.places,
    soon: (fill) => held.afterThem(fill),
    areComing: () => held.areComing,
    areTooMany: () => held.areTooMany,
    ...options,
  });
  // One for all, so that a request on a quiet server costs nothing but its place in a map.
  function finish(this: ServerResponse): void {
    line.finished(this);
  }
  return function beginInTurn(_request, response) {
    response.once('close', finish);
    line.arrive(response);
  };
}

/** An account stands for itself, wherever it comes from: an attacker with many networks has few of them. */
function placeOf(response: ServerResponse, accountOf: KnownAccount): SidedPlace {
  const address = addressOf(response);
  const isPerson = !isOfProgram(response);
  const account = isPerson ? accountOf(response.req.headers.cookie) : undefined;
  if (account !== undefined) return { network: networkOfAccount(account), account, isPerson };
  return { network: networkOf(address), account: address, isPerson };
}

const addressOf = ({ req }: ServerResponse): string => String(req.headers['x-forwarded-for']);

const isOfProgram = ({ req }: ServerResponse): boolean => isFromProgram(req);

/** @param seconds after which it may come again */
function refuseProgram(response: ServerResponse, seconds: number): void {
  answerInJson(response, 503, BUSY, { 'Retry-After': seconds });
}
