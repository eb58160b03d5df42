/** Pages of an app's maker (RFC 7591 section 2), to which owners are shown the way; this server opens none of them. */
import { z } from 'zod';
import { isPlainAddress } from '../net/plain-address.ts';

export const KINDS = { client_uri: 'site', policy_uri: 'policy', tos_uri: 'terms' } as const;

/** As a browser reads it: what is seen of it is its host, so it has no name in front of it that could be taken for one. */
export const pageAddress = z
  .string('is text')
  .max(500, 'is longer than 500 characters')
  .refine(isPageAddress, 'is an https address of a page, without spaces and without a user in it');

export const PAGE_MEMBERS = Object.keys(KINDS);

/** Members of a client: written by the operator, or by the client itself. */
export const LINK_MEMBERS = {
  client_uri: pageAddress.optional(),
  policy_uri: pageAddress.optional(),
  tos_uri: pageAddress.optional(),
};

function isPageAddress(text: string): boolean {
  return /^https:\/\/[^\s/]/.test(text) && !/[\s\\]/.test(text) && isPlainAddress(text);
}
