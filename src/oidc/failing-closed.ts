import type { Configuration } from 'oidc-provider';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { answerReasons } from './answer-reasons.ts';
import { StoreDown } from './errors.ts';

type Work<Arguments extends unknown[], Result> = (...args: Arguments) => Promise<Result>;

/** The same work; where the store fails the library hears 503, and does not take it for a fault of ours and answer 500. */
export function failingClosed<Arguments extends unknown[], Result>(
  work: Work<Arguments, Result>,
): Work<Arguments, Result> {
  return async (...args) => {
    try {
      return await work(...args);
    } catch (error) {
      throw storeDown(error);
    }
  };
}

/** The same configuration, with each function in it failing closed: the library calls them in the middle of its own work. */
export function configurationFailingClosed(configuration: Configuration): Configuration {
  return guarded(configuration) as Configuration;
}

/** Of plain objects alone: what has a class is the library's own. */
function guarded(value: unknown): unknown {
  if (typeof value === 'function') return guardedHook(value as Hook);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, guarded(one)]));
}

type Hook = (...args: unknown[]) => unknown;

/** One that answers at once still does. */
function guardedHook(hook: Hook): Hook {
  return function guardedCall(this: unknown, ...args) {
    const answer = hook.apply(this, args);
    return answer instanceof Promise
      ? answer.catch((error: unknown) => Promise.reject(storeDown(error)))
      : answer;
  };
}

function storeDown(error: unknown): unknown {
  if (!(error instanceof StoreUnavailable)) return error;
  answerReasons().storeError = error.operation;
  return new StoreDown(error.retryAfter, error);
}
