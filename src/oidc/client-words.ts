/** What a client says in several languages (RFC 7591 section 2.2): `client_name#de` beside `client_name`. */
import type { z } from 'zod';
import type { AppLink } from '../devices/app-link.ts';
import { isTag } from '../words/languages.ts';
import type { Worded } from '../words/worded.ts';
import { KINDS, PAGE_MEMBERS, pageAddress } from './client-links.ts';

/** All that it says so, in one place: the library knows members by their names, and languages have many tags. */
export const BY_LANGUAGE = 'words_by_language';

type ByLanguage = Readonly<Record<string, Readonly<Record<string, string>>>>;

const TAGGED = new RegExp(`^(client_name|${PAGE_MEMBERS.join('|')})#(.*)$`, 's');
/** Of all members together. */
const MAX_TAGGED = 100;

interface TaggedMembers {
  readonly members: Readonly<Record<string, string>>;
  readonly errors: readonly { readonly path: string[]; readonly message: string }[];
}

/** Those that carry a tag, by the rules of the same members without one. */
export function readTagged(given: object, clientName: z.ZodType<string>): TaggedMembers {
  const members: Record<string, string> = {};
  const errors: { path: string[]; message: string }[] = [];
  const tagged = Object.entries(given).filter(([name]) => TAGGED.test(name));
  if (tagged.length > MAX_TAGGED)
    errors.push({ path: ['client_name'], message: `at most ${MAX_TAGGED} members in other languages` });
  for (const [name, value] of tagged.slice(0, MAX_TAGGED)) {
    const [, member, tag = ''] = TAGGED.exec(name) ?? [];
    const read = (member === 'client_name' ? clientName : pageAddress).safeParse(value);
    if (!isTag(tag))
      errors.push({
        path: [`${member}#`],
        message: 'needs the tag of a language behind it, such as de or pt-BR',
      });
    else if (member !== 'client_name' && !(String(member) in given))
      errors.push({ path: [name], message: `needs ${member} too, for those who read another language` });
    else if (read.success) members[name] = read.data;
    else errors.push(...read.error.issues.map(({ message }) => ({ path: [name], message })));
  }
  return { members, errors };
}

/** The same client, with what carries a tag where this server looks for it. */
export function withWords<Given extends object>(given: Given): Given {
  const by: Record<string, Record<string, string>> = {};
  const others = Object.entries(given).filter(([name, value]) => {
    const [, member, tag] = TAGGED.exec(name) ?? [];
    if (member !== undefined && tag !== undefined) by[member] = { ...by[member], [tag]: String(value) };
    return member === undefined;
  });
  const words = Object.keys(by).length > 0 ? { [BY_LANGUAGE]: by } : {};
  return { ...Object.fromEntries(others), ...words } as Given;
}

/** @param words for readers of languages in which it says nothing @param mark put in front of each */
export function inEachLanguage(client: object, member: string, words: string, mark = ''): Worded {
  const by = (client as { readonly [BY_LANGUAGE]?: ByLanguage })[BY_LANGUAGE]?.[member];
  if (!by) return mark + words;
  return Object.fromEntries(['', ...Object.keys(by)].map((tag) => [tag, mark + (by[tag] || words)]));
}

/** Every name by which owners know it. */
export function namesOf(client: {
  readonly client_id: string;
  readonly client_name?: string | undefined;
}): string[] {
  const name = inEachLanguage(client, 'client_name', client.client_name ?? client.client_id);
  return typeof name === 'string' ? [name] : Object.values(name);
}

/** Of one that registered itself none: a stranger's page is no place to send an owner who decides about that stranger. */
export function linksOf(client: object | undefined, isSelfRegistered: boolean): AppLink[] {
  if (!client || isSelfRegistered) return [];
  const said = client as Record<string, unknown>;
  return Object.entries(KINDS).flatMap(([member, kind]) => {
    const address = said[member];
    return typeof address === 'string' ? [{ kind, address: inEachLanguage(client, member, address) }] : [];
  });
}
