import type { AdminRoute } from './route.ts';

export interface MatchedRoute {
  readonly route: AdminRoute | undefined;
  readonly params: Readonly<Record<string, string>>;
  /** Those that the path takes. */
  readonly methods: readonly string[];
}

/** What a parameter of a path may be: ids of ours, and ids of clients. */
const PARAMETER = '([\\w.~:%@-]{1,600})';

interface Pattern {
  readonly route: AdminRoute;
  readonly path: RegExp;
  readonly names: readonly string[];
}

/** Nothing is served that does not stand in it. */
export class RouteTable {
  readonly #patterns: readonly Pattern[];

  constructor(routes: readonly AdminRoute[]) {
    this.#patterns = routes.map((route) => ({
      route,
      path: new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, PARAMETER)}$`),
      names: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    }));
  }

  match(method: string, path: string): MatchedRoute {
    const fitting = this.#patterns.filter((pattern) => pattern.path.test(path));
    const found = fitting.find(({ route }) => route.method === method);
    const methods = fitting.map(({ route }) => route.method);
    if (!found) return { route: undefined, params: {}, methods };
    const values = found.path.exec(path)?.slice(1) ?? [];
    const params = found.names.map((name, index) => [name, decoded(values[index] ?? '')]);
    return { route: found.route, params: Object.fromEntries(params), methods };
  }
}

/** What no text is written so is the name of nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
