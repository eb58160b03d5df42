/** Asking the running server so that two answers can be compared, for the tables of oracles. */
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import type { Answer } from '../support/device-client.ts';
import { OwnerBrowser } from '../support/owner-browser.ts';
import { signedInOwner } from '../support/test-stores.ts';
import type { WatchedServer } from '../support/watched-server.ts';
import type { Page } from '../web/page-client.ts';

export interface Asked {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  text: string;
}

/** Asks for the nth time. */
export type Question = (n: number) => Promise<Asked>;

export interface Oracle {
  name: string;
  /** Only who holds 256 random bits can ask: the time tells a stranger nothing. */
  untimed?: true;
  prepare(server: WatchedServer): Promise<readonly [Question, Question]>;
}

/** Each question comes from a network of its own. */
export function from(): Record<string, string> {
  const part = () => Math.floor(Math.random() * 256);
  return { 'x-forwarded-for': `100.${64 + (part() & 63)}.${part()}.1` };
}

/** An owner, and what this one hears of a user code. */
export async function codeQuestion(server: WatchedServer) {
  const { browser } = await signedInOwner(server.stores);
  const owner = new OwnerBrowser(server.origin, browser);
  owner.pages.cookies.set(protocolCookies(server.origin).session, browser.sessionId);
  const csrf = (await owner.pages.get('/device')).field('csrf');
  const ask = async (code: string) =>
    pageAsked(await owner.pages.post('/device', { csrf, user_code: code }, from()), code);
  return { owner, ask };
}

/** Without what differs each time: what was typed, ids of requests, tokens of forms. */
export function pageAsked({ status, headers, text }: Page, typed: string): Asked {
  const plain = text.replaceAll(typed, 'TYPED').replace(/name="(csrf|ticket)" value="[^"]*"/g, '');
  return { status, headers: comparable(headers), text: plain };
}

export function answerAsked({ status, headers, body }: Answer): Asked {
  return { status, headers: comparable(Object.fromEntries(headers)), text: JSON.stringify(body) };
}

function comparable(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { date: _date, 'x-request-id': _id, 'set-cookie': _cookie, 'keep-alive': _alive, ...rest } = headers;
  return rest;
}
