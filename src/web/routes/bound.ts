/**
 * Handlers of one group of pages with what these share already given: `bound(show)` is `(ctx, …) => show(routes, ctx, …)`.
 * @param routes what the pages of the group work with
 */
export function boundTo<Routes>(routes: Routes) {
  return <Given extends unknown[], Result>(handler: (routes: Routes, ...given: Given) => Result) =>
    (...given: Given): Result =>
      handler(routes, ...given);
}
