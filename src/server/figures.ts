import type { Figures } from '../web/middleware/operations.ts';
import type { Parts } from './parts.ts';

/** In production only with the token: how busy a server is, and how often it is attacked, is for the operator alone. */
export function figuresOf({ metrics, config, overrides }: Parts): Figures | undefined {
  const { mode, metricsToken: token } = config;
  const { siblings } = overrides;
  siblings?.giveFigures(() => metrics.figures());
  if (mode === 'production' && !token) return undefined;
  return { contentType: metrics.contentType, text: () => siblings?.figuresOfAll() ?? metrics.text(), token };
}
