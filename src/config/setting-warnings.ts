/** What works as it is set, and is worth knowing. */
export interface SettingWarning {
  /** Of `console.warning` in `locales/`, for operators who read another language than English. */
  readonly kind: WarningKind;
  /** What the sentence names. */
  readonly values: Readonly<Record<string, string | number>>;
  /** For a terminal, the log and the doctor. */
  readonly text: string;
}

type WarningKind = keyof typeof TEXTS;
type AtHost = { readonly host: string };

const TEXTS = {
  above: ({ lower, upper }: { readonly lower: string; readonly upper: string }) =>
    `${lower} is above ${upper}: one of them alone can take all the places`,
  'few-guesses': ({ guesses }: { readonly guesses: number }) =>
    `LIVE_CODES and CODE_GUESS_ODDS leave everybody together ${guesses} wrong user codes ` +
    'in the life of a code: people who mistype may have to wait for others',
  'plain-issuer': ({ host }: AtHost) =>
    `ISSUER is plain http: everybody on the network of ${host} can read what passes`,
  'passkeys-name': (_none: object) =>
    'ISSUER: passkeys need a name, and cannot be used at an address of numbers',
  'passkeys-https': (_none: object) => 'ISSUER: passkeys need https, and cannot be used',
  'plain-mail': ({ host, login }: AtHost & { readonly login: 'yes' | 'no' }) =>
    `SMTP_TLS=none: ${login === 'yes' ? 'the password of the mail server, and mails with codes' : 'mails with codes'} ` +
    `and links that open accounts pass to ${host} in the clear`,
  'plain-texts': ({ host }: AtHost) =>
    `SMS_WEBHOOK_URL is plain http: everybody on the way to ${host} can read the codes`,
};

export function settingWarning<Kind extends WarningKind>(
  kind: Kind,
  values: Parameters<(typeof TEXTS)[Kind]>[0] & SettingWarning['values'],
): SettingWarning {
  const textOf: (values: never) => string = TEXTS[kind];
  return { kind, values, text: textOf(values as never) };
}
