import helmet from 'koa-helmet';
import type { WebMiddleware } from './web-state.ts';

const TWO_YEARS_IN_SECONDS = 63_072_000;

/** What our pages never ask a browser for. */
const NO_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
  'xr-spatial-tracking',
];

/**
 * On every answer, errors and the protocol's own included: nothing but our own style and pictures is loaded, no
 * script runs, nobody frames us, nobody learns where our visitors come from.
 */
export function securityHeaders(issuer: string): WebMiddleware {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    hsts: issuer.startsWith('https:') ? { maxAge: TWO_YEARS_IN_SECONDS, includeSubDomains: true } : false,
  });
  const permissions = NO_FEATURES.map((feature) => `${feature}=()`).join(', ');
  return async function setSecurityHeaders(ctx, next) {
    ctx.set('Permissions-Policy', permissions);
    await headers(ctx as unknown as Parameters<typeof headers>[0], next);
  };
}
