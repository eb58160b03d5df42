/** Pages of an app's maker (RFC 7591 section 2), to which owners are shown the way; this server opens none of them. */
import { z } from 'zod';
import type { AppLink } from '../devices/app-link.ts';

const KINDS = { client_uri: 'site', policy_uri: 'policy', tos_uri: 'terms' } as const;

/** As a browser reads it: what is seen of it is its host, so it has no name in front of it that could be taken for one. */
const pageAddress = z
  .string('is text')
  .max(500, 'is longer than 500 characters')
  .refine(isPageAddress, 'is an https address of a page, without spaces and without a user in it')
  .optional();

/** Members of a client: written by the operator, or by the client itself. */
export const LINK_MEMBERS = { client_uri: pageAddress, policy_uri: pageAddress, tos_uri: pageAddress };

/** Of one that registered itself none: a stranger's page is no place to send an owner who decides about that stranger. */
export function linksOf(client: object | undefined, isSelfRegistered: boolean): AppLink[] {
  if (!client || isSelfRegistered) return [];
  const said = client as Record<string, unknown>;
  return Object.entries(KINDS).flatMap(([member, kind]) => {
    const address = said[member];
    return typeof address === 'string' ? [{ kind, address }] : [];
  });
}

function isPageAddress(text: string): boolean {
  const url = /^https:\/\/[^\s/]/.test(text) ? URL.parse(text) : null;
  return url !== null && url.username + url.password === '' && !/[\s\p{C}<>"\\]/u.test(text);
}
