/** What clients are called wherever they are named. */
import { saidToAll, type Worded } from '../words/worded.ts';
import { BY_LANGUAGE, inEachLanguage } from './client-words.ts';
import { SELF_REGISTERED } from './clients.ts';

/** As much of a client as a sentence about it needs. */
export interface NamedClient {
  readonly clientId: string;
  readonly clientName?: string | undefined;
  readonly [BY_LANGUAGE]?: unknown;
  readonly [SELF_REGISTERED]?: unknown;
}

/**
 * For readers of each language in which it has a name. One that registered itself could call itself anything, and no
 * operator has looked: the mark stands in front, where no long name pushes it out.
 */
export function nameOf(client: NamedClient): Worded {
  const mark = isSelfRegistered(client) ? '(unverified) ' : '';
  return inEachLanguage(client, 'client_name', client.clientName ?? client.clientId, mark);
}

/** The same in the words that are for all who read no language of its own. */
export function plainNameOf(client: NamedClient): string {
  return saidToAll(nameOf(client));
}

export function isSelfRegistered(client: object | undefined): boolean {
  return (client as Record<string, unknown> | undefined)?.[SELF_REGISTERED] === true;
}
