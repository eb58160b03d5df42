import { ADMIN_SCOPES, adminResource } from '../admin/scopes.ts';
import type { Resource } from './resources.ts';

/** The Admin API as one of the resources that clients ask for tokens for. No owner reads its name: none is asked about it. */
export function adminApiOf(issuer: string): Resource {
  return {
    id: adminResource(issuer),
    name: 'Admin API',
    scopes: ADMIN_SCOPES,
    format: 'opaque',
    algorithm: 'RS256',
  };
}
