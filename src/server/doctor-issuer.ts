/** Whether ISSUER leads to this installation: its signing keys are published there, and no other has them. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Finding } from './doctor.ts';

/** Milliseconds. */
const TIMEOUT = 5000;
const DAY = 86_400_000;
/** Days before the end of a certificate: what renews by itself has done so by then. */
const RENEWED = 14;
/** What is read of an answer, which may be another server's. */
const MAX_LENGTH = 65_536;

interface Answered {
  readonly status: number | undefined;
  readonly body: string;
  /** When the certificate ends; `undefined` over http. */
  readonly until: number | undefined;
}

/**
 * @param kids the names of the signing keys that are published
 * @param now milliseconds since 1970
 * @param ca authorities to believe, in place of the system's
 */
export async function examineIssuer(
  issuer: string,
  kids: readonly string[],
  now: number,
  ca?: string,
): Promise<Finding> {
  const finding = (state: Finding['state'], message: string): Finding => ({
    check: 'issuer',
    state,
    message,
  });
  const asked = await ask(`${issuer}/jwks`, ca).catch((error: NodeJS.ErrnoException) => error);
  if (asked instanceof Error) {
    const reason = asked.code ?? asked.message;
    if (/CERT|SIGNATURE|ALTNAME/.test(reason))
      return finding(
        'fault',
        `${issuer} has a certificate that is refused (${reason}): devices and browsers refuse it, too`,
      );
    return finding(
      'warning',
      `${issuer} cannot be reached from this machine (${reason}): see that it can be from elsewhere`,
    );
  }
  if (asked.status !== 200 || !kids.some((kid) => asked.body.includes(`"${kid}"`)))
    return finding(
      'fault',
      `${issuer} is answered by something else (${asked.status}), without the signing keys of this installation: see DNS, the proxy and REDIS_PREFIX`,
    );
  const days = asked.until === undefined ? Infinity : Math.floor((asked.until - now) / DAY);
  if (days < RENEWED)
    return finding(
      'warning',
      `the certificate of ${issuer} ends in ${days} days: see why it was not renewed`,
    );
  return finding('ok', `${issuer} leads here`);
}

function ask(address: string, ca: string | undefined): Promise<Answered> {
  const request = address.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT);
    const sent = request(address, { agent: false, signal, ...(ca !== undefined && { ca }) }, (response) => {
      const { socket, statusCode: status } = response;
      const until =
        socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : undefined;
      beginning(response).then((body) => resolve({ status, body, until }), reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function beginning(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MAX_LENGTH) break;
  }
  return body;
}
