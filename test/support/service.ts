import { LATCHKEY, type Service } from '../../src/brand/brand.ts';

/** An installation at this address that has no brand of its own. */
export const serviceAt = (issuer: string): Service => ({
  issuer,
  product: LATCHKEY.name,
  languages: { served: ['en', 'de', 'es'], fallback: 'en' },
});
