/** SMTP_URL, SMTP_TLS and SMTP_CA_FILE: the mail server, and that nothing passes to it in the clear unless that is said. */
import { AddressError, addressOr, readHost, readLogin, splitAddress } from './address.ts';
import type { Mode } from './config.ts';
import { certificateIn, readPem } from './pem-file.ts';
import { Secret } from './secret.ts';
import { type SettingWarning, settingWarning } from './setting-warnings.ts';
import type { Settings } from './settings.ts';

interface MailAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps://`). */
  readonly implicit: boolean;
  readonly login: { readonly user: string; readonly password: Secret } | undefined;
}

export interface MailServer extends Omit<MailAddress, 'implicit'> {
  /** `starttls`: nothing of a mail, and no password, is sent before it. `none`: all in the clear. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** In PEM, in place of those that the system trusts. */
  readonly ca: string | undefined;
}

const PORTS = { smtp: 587, smtps: 465 } as const;

/** @returns the address, or what is wrong with it, with the remedy and without anything secret */
export function parseMailAddress(text: string): MailAddress | string {
  return addressOr(() => {
    const { scheme, userInfo, places, path, query } = splitAddress(text, Object.keys(PORTS));
    if (!/^\/?$/.test(path) || query !== undefined)
      throw new AddressError('ends with the host and its port: what is beside them has settings of its own');
    const implicit = scheme === 'smtps';
    const login = readLogin(userInfo);
    if (login && login.username === undefined) throw new AddressError('has a password without a user');
    return {
      ...readHost(places, implicit ? PORTS.smtps : PORTS.smtp),
      implicit,
      login: login && { user: login.username ?? '', password: new Secret(login.password) },
    };
  });
}

/** What is wrong goes to `errors`, what is merely worth knowing to `warnings`, a line each. */
export function readMailServer(
  values: Settings,
  mode: Mode,
  errors: string[],
  warnings: SettingWarning[],
): MailServer | undefined {
  const ca = readPem('SMTP_CA_FILE', values.SMTP_CA_FILE, errors, certificateIn);
  const address = values.SMTP_URL === undefined ? undefined : parseMailAddress(values.SMTP_URL);
  if (address === undefined || typeof address === 'string') {
    for (const name of ['SMTP_TLS', 'SMTP_CA_FILE'] as const)
      if (values[name] !== undefined && address === undefined)
        errors.push(`${name}: has no effect without SMTP_URL; leave it out`);
    return undefined;
  }
  const { implicit, ...server } = address;
  const clear = !implicit && (values.SMTP_TLS ?? defaultOf(mode, server.host)) === 'none';
  if (implicit && values.SMTP_TLS === 'none')
    errors.push('SMTP_TLS: none stands beside smtps://, which is TLS; leave it out, or write smtp://');
  if (clear && ca !== undefined) errors.push('SMTP_CA_FILE: has no effect with SMTP_TLS=none; leave it out');
  if (values.SMTP_TLS === 'none' && clear)
    warnings.push(settingWarning('plain-mail', { host: address.host, login: address.login ? 'yes' : 'no' }));
  return { ...server, tls: implicit ? 'implicit' : clear ? 'none' : 'starttls', ca };
}

/** In development a mail server on this machine is one for trying: it seldom has TLS, and no network is in between. */
function defaultOf(mode: Mode, host: string): 'required' | 'none' {
  return mode === 'development' && /^(localhost|127\.[\d.]+|::1)$/.test(host) ? 'none' : 'required';
}
