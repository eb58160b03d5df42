/** The description of the Admin API (OpenAPI 3.1), made from the table of its routes and the schemas that they parse with. */
import { z } from 'zod';
import { PROBLEMS } from './problem.ts';
import { type AdminRoute, isChange } from './route.ts';
import { ADMIN_PATH, ADMIN_SCOPES } from './scopes.ts';

const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
});

type Json = Readonly<Record<string, unknown>>;

export function openApi(routes: readonly AdminRoute[], issuer: string, version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Latchkey Admin API', version },
    servers: [{ url: `${issuer}${ADMIN_PATH}` }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problem, 'output') },
      securitySchemes: {
        token: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: `${issuer}/token`, scopes: ADMIN_SCOPES } },
        },
      },
    },
  };
}

function operationOf(route: AdminRoute): Json {
  const { name, summary, scope, body, answers } = route;
  const responses = Object.entries(answers).map(([status, schema]) => [
    status,
    {
      description: 'Done',
      ...(schema && { content: contentOf('application/json', jsonSchema(schema, 'output')) }),
    },
  ]);
  const refusals = problemsOf(route).map((status) => [
    status,
    {
      description: titlesOf(status),
      content: contentOf('application/problem+json', { $ref: '#/components/schemas/Problem' }),
    },
  ]);
  return {
    operationId: name,
    summary,
    ...(scope && { security: [{ token: [scope] }] }),
    parameters: parametersOf(route),
    ...(body && {
      requestBody: { required: true, content: contentOf('application/json', jsonSchema(body, 'input')) },
    }),
    responses: Object.fromEntries([...responses, ...refusals]),
  };
}

/** Statuses of the problems that a call of this route may end with. */
function problemsOf(route: AdminRoute): number[] {
  const found = [400, 401, 429, 500, 503];
  if (route.scope) found.push(403);
  if (route.path.includes('{')) found.push(404);
  if (isChange(route)) found.push(413);
  if (route.method === 'POST') found.push(409, 422);
  else if (route.conflicts) found.push(409);
  if (route.versioned) found.push(412);
  return found.sort((one, other) => one - other);
}

function titlesOf(status: number): string {
  return Object.values(PROBLEMS)
    .filter((one) => one.status === status)
    .map(({ title }) => title)
    .join('; ');
}

function parametersOf({ path, query, method, once, versioned }: AdminRoute): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const { properties = {}, required = [] } = query ? jsonSchema(query, 'input') : {};
  const inQuery = Object.entries(properties as Record<string, Json>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as string[]).includes(name),
    schema,
  }));
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: once === true,
    description: 'Names this call: sent again within 24 hours it is done once, and hears the same answer',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  };
  const match = { name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } };
  return [...inPath, ...inQuery, ...(method === 'POST' ? [key] : []), ...(versioned ? [match] : [])];
}

const contentOf = (type: string, schema: Json) => ({ [type]: { schema } });

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return json;
}
