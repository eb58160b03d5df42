import type { DeadLetters } from './dead-letters.ts';

/** As many as are kept of one receiver. */
const ALL = 10_000;
/** Opened in one turn of the event loop. */
const READ_AT_ONCE = 100;

/** One of them, as the operator sees it: not what was in it. Times are milliseconds since 1970. */
export interface ShownDeadLetter {
  /** By which its receiver knows it: the same for each try, and for a replay. */
  readonly id: string;
  readonly type: string;
  readonly happened: number;
  readonly givenUp: number;
  readonly tries: number;
  /** Why the last try failed. */
  readonly reason: string;
}

/** Where a list of them goes on. */
export type DeadLetterPlace = Pick<ShownDeadLetter, 'id' | 'givenUp'>;

/** Which of them are sent once more: all, those given up since a time, or these. */
export type Replayed = { readonly since?: number | undefined } | { readonly ids: readonly string[] };

interface DeadLetterBookParts<Body> {
  readonly letters: DeadLetters<Body>;
  /** Name of its queue. */
  readonly receiver: string;
  readonly idOf: (noticeId: string) => string;
  readonly about: (body: Body) => Pick<ShownDeadLetter, 'type' | 'happened'>;
}

/** What one receiver has not taken, for the operator. */
export class DeadLetterBook<Body> {
  readonly #with: DeadLetterBookParts<Body>;

  constructor(parts: DeadLetterBookParts<Body>) {
    this.#with = parts;
  }

  /**
   * The newest first.
   * @param after the last of the page before
   */
  async page(most = ALL, after?: DeadLetterPlace): Promise<ShownDeadLetter[]> {
    const { letters, receiver, idOf, about } = this.#with;
    // Many may be of one moment.
    const all = await letters.deadIds(receiver, { before: after?.givenUp, most: ALL });
    const first = after ? all.findIndex((one) => idOf(one) === after.id) + 1 : 0;
    const found = await letters.deadOf(receiver, all.slice(first, first + most));
    return found.map(({ id, body, at: givenUp, tries, reason }) => ({
      ...{ id: idOf(id), ...about(body), givenUp, tries, reason },
    }));
  }

  /** The oldest first. @returns how many wait now */
  async replay(which: Replayed): Promise<number> {
    const { letters, receiver, idOf } = this.#with;
    const since = 'since' in which ? which.since : undefined;
    const all = (await letters.deadIds(receiver, { since, most: ALL })).reverse();
    const wanted = 'ids' in which ? new Set(which.ids) : undefined;
    return letters.revive(receiver, wanted ? all.filter((one) => wanted.has(idOf(one))) : all);
  }
}

/**
 * Those are sent once more that were given up for such reasons.
 * @param receiver name of its queue
 */
export async function replayWhere<Body>(
  letters: DeadLetters<Body>,
  receiver: string,
  isWanted: (reason: string) => boolean,
): Promise<void> {
  const ids = await letters.deadIds(receiver, { most: ALL });
  const wanted: string[] = [];
  // By pages, so that requests of others are answered in between.
  for (let first = 0; first < ids.length; first += READ_AT_ONCE) {
    const dead = await letters.deadOf(receiver, ids.slice(first, first + READ_AT_ONCE));
    wanted.push(...dead.filter(({ reason }) => isWanted(reason)).map(({ id }) => id));
  }
  await letters.revive(receiver, wanted.reverse());
}
