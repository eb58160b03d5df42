/** What `openapi.json` tells of answers: whichever test asks the Admin API, each answer is held against it (`support/http.ts`). */
import { z } from 'zod';
import { openApi } from '../../src/admin/openapi.ts';
import type { AdminRoute } from '../../src/admin/route.ts';
import { adminRoutes } from '../../src/admin/routes.ts';
import { ADMIN_PATH } from '../../src/admin/scopes.ts';
import type { HttpAnswer } from '../support/http.ts';
import { NOTHING } from './admin-routes.ts';

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Record<string, { readonly schema: Schema }> }>
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Problem: Schema } };
}

export const ALL_ROUTES: readonly AdminRoute[] = adminRoutes(NOTHING);
export const DESCRIPTION = openApi(ALL_ROUTES, 'http://localhost', '0') as unknown as Description;

/** Statuses that it names, by the name of the call. */
export function namedStatuses(): Map<string, number[]> {
  const operations = Object.values(DESCRIPTION.paths).flatMap((path) => Object.values(path));
  return new Map(
    operations.map(({ operationId, responses }) => [operationId, Object.keys(responses).map(Number).sort()]),
  );
}

/** `undefined`: it has no such call. */
function operationOf(method: string, path: string): Operation | undefined {
  const [plain = ''] = path.split('?');
  const fits = (one: string) => new RegExp(`^${ADMIN_PATH}${one.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain);
  const known = Object.keys(DESCRIPTION.paths).filter(fits);
  return known.map((one) => DESCRIPTION.paths[one]?.[method.toLowerCase()]).find((one) => one !== undefined);
}

/** @throws where it is none that `openapi.json` tells of; from where the API is not, nothing of it is answered */
export function requireDescribed(method: string, path: string, answer: HttpAnswer): void {
  const [type = ''] = String(answer.headers['content-type'] ?? '').split(';');
  const isProblem = type === 'application/problem+json';
  const what = `${method} ${path}: openapi.json does not tell of ${answer.status} ${type}`;
  if (method === 'HEAD' || (answer.status === 404 && !isProblem)) return;
  const { Problem } = DESCRIPTION.components.schemas;
  const operation = operationOf(method, path);
  if (!operation) {
    if (!isProblem) throw new Error(what);
    z.fromJSONSchema(Problem).parse(JSON.parse(answer.text));
    return;
  }
  const response = operation.responses[answer.status];
  const schema = response?.content?.[type]?.schema;
  if (!response || (schema === undefined && (response.content !== undefined || answer.text !== '')))
    throw new Error(what);
  if (schema) z.fromJSONSchema('$ref' in schema ? Problem : schema).parse(JSON.parse(answer.text));
}
