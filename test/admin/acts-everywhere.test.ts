/** The operator does in each of the three places what is done in another, or reads here why not. */
import { describe, expect, it } from '@jest/globals';
import { operatorRoutes } from '../../src/admin/operator-routes.ts';
import { revocationRoute } from '../../src/admin/revocation-route.ts';
import { COMMANDS } from '../../src/cli/operator/commands.ts';
import { consoleRoutes } from '../../src/web/console/routes.ts';
import { pagesOf } from '../support/routes.ts';
import { ACTS } from './acts-everywhere.ts';
import { ADMIN_ROUTES, NOTHING } from './admin-routes.ts';

const CALLS = [...ADMIN_ROUTES, ...operatorRoutes(NOTHING), revocationRoute(NOTHING)].map(({ name }) => name);
const PAGES = pagesOf(consoleRoutes(NOTHING)).map(({ method, path }) => `${method} ${path}`);

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

describe('what an operator can do', () => {
  it('has every call of the Admin API and of the console in its table, and no other', () => {
    expect(sorted(ACTS.flatMap(({ call = [] }) => call))).toEqual(sorted(CALLS));
  });

  it('has every command of the tool in it, and no other', () => {
    expect(sorted(ACTS.flatMap(({ tool = [] }) => tool))).toEqual(sorted(COMMANDS.map(({ name }) => name)));
  });

  it('has every page and form of the console in it, and no other', () => {
    expect(sorted(ACTS.flatMap(({ console: pages = [] }) => pages))).toEqual(sorted(PAGES));
  });

  it('is where the other two are, or is not for a reason that is written down', () => {
    for (const { not = {}, ...where } of ACTS)
      for (const place of ['call', 'tool', 'console'] as const)
        expect([where, place, where[place] !== undefined]).not.toEqual([
          where,
          place,
          not[place] !== undefined,
        ]);
  });
});
