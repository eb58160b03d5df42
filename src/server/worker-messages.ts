/** What the first process and its workers tell each other. */
import type { ProcessFigures } from '../audit/metrics.ts';

/**
 * `stop`: the service ends. `retire`: another worker has come in its place. `reload`: the clients file is read anew.
 * `figures`: its own are wanted. An answer is the text to the question of its number.
 */
export type ToWorker =
  | { readonly order: 'stop' | 'retire' | 'reload' | 'figures' }
  | { readonly answer: number; readonly text: string };

/** Its figures; or a question, by a number of its own, for those of all. */
export type FromWorker = { readonly figures: ProcessFigures } | { readonly question: number };
