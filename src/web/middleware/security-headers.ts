import type { ServerResponse } from 'node:http';
import helmet from 'koa-helmet';
import type { WebContext, WebMiddleware, WebState } from '../web-state.ts';

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
 * script runs but ours on a page that asks for a passkey, a password or the code of a device, waits for a device, or has to
 * know the time zone, no site frames us, none learns where our visitors come from.
 */
export function securityHeaders(issuer: string): WebMiddleware {
  const headers = strictHeaders(issuer);
  return async function setSecurityHeaders({ res, state }, next) {
    try {
      await next();
    } finally {
      // Last, so that whatever looks through the headers before has little to look through.
      for (const [name, value] of headers) res.setHeader(name, value);
      if (state.formTargets) allowFormTo(res, state.formTargets);
      if (state.sandboxed) addToPolicy(res, 'sandbox');
      if (state.ownScripts) addToPolicy(res, "script-src 'self'");
      if (state.ownRequests) addToPolicy(res, "connect-src 'self'");
      if (state.framesOurs) addToPolicy(res, "frame-src 'self'");
      if (state.framed) {
        res.setHeader('Content-Security-Policy', state.framed.policy);
        res.setHeader('X-Frame-Options', state.framed.options);
      }
    }
  };
}

/** Those of an answer that is no page, by name, in their order. */
export function strictHeaders(issuer: string): readonly [name: string, value: string][] {
  const helmetMiddleware = helmet({
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
  return Object.entries({ ...headersOf(helmetMiddleware), 'Permissions-Policy': permissions() });
}

/** Browsers hold the redirects that follow a form against `form-action` of the page with the form. */
function allowFormTo(res: ServerResponse, sources: string): void {
  const policy = String(res.getHeader('Content-Security-Policy'));
  res.setHeader('Content-Security-Policy', policy.replace("form-action 'self'", `$& ${sources}`));
}

function addToPolicy(res: ServerResponse, directive: string): void {
  res.setHeader(
    'Content-Security-Policy',
    `${String(res.getHeader('Content-Security-Policy'))};${directive}`,
  );
}

/** For the few pages that ask for a passkey, which only a script can, or for a code, or wait for a device: ours, from this server, never in the page. */
export function allowOwnScripts({ state }: WebContext): void {
  state.ownScripts = true;
}

/** For the page whose script asks this server, and no other. */
export function allowOwnRequests({ state }: WebContext): void {
  state.ownRequests = true;
}

/** For the outbox of development, which shows a mail in a frame. */
export function allowFrames({ state }: WebContext): void {
  state.framesOurs = true;
}

/** For what such a page shows. */
export function showInFrame({ state }: WebContext, framed: NonNullable<WebState['framed']>): void {
  state.framed = framed;
}

type Helmet = ReturnType<typeof helmet>;

/** What Helmet sets is the same for every answer: it is asked once, and not for each poll of each device. */
function headersOf(middleware: Helmet): Record<string, string> {
  const headers: Record<string, string> = {};
  const res = {
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
    removeHeader: () => undefined,
  };
  void middleware({ req: {}, res } as unknown as Parameters<Helmet>[0], async () => undefined);
  if (!headers['Content-Security-Policy']) throw new TypeError('Helmet no longer sets its headers at once');
  return headers;
}

function permissions(): string {
  return NO_FEATURES.map((feature) => `${feature}=()`).join(', ');
}
