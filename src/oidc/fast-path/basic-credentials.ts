export interface Credentials {
  clientId: string;
  secret: string;
}

/**
 * A client's name and secret in an Authorization header (RFC 6749 section 2.3.1), where nothing about it is out of the
 * ordinary: `undefined` leaves the judgement to others.
 */
export function basicCredentials(header: string | undefined): Credentials | undefined {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(header ?? '') ?? [];
  if (encoded === '' || encoded.length % 4 !== 0) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  if (colon < 1 || !isPrintable(text)) return undefined;
  const clientId = decoded(text.slice(0, colon));
  const secret = decoded(text.slice(colon + 1));
  return clientId && secret ? { clientId, secret } : undefined;
}

function decoded(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    const plain = decodeURIComponent(text.replaceAll('+', '%20'));
    return isPrintable(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
