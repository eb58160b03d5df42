/** What an owner does only with a proof of who they are that is fresh. */
export const PROVED_ACTIONS = [
  'link-device',
  'make-link-key',
  'allow-offline-access',
  'change-password',
  'change-email',
  'change-factors',
  'change-alerts',
  'change-voice-code',
  'change-upstream',
  'view-backup-codes',
  'sign-out-browsers',
  'sign-out-everything',
  'download-data',
  'close-account',
  'administer',
] as const;

export type ProvedAction = (typeof PROVED_ACTIONS)[number];

/** For each action, how old a proof may be, in milliseconds. */
export type ProofAges = Readonly<Record<ProvedAction, number>>;

const MINUTE = 60_000;
const MAX_MINUTES = 1440;

/**
 * `5`: five minutes for everything; `5,link-device=15`: fifteen for one action. At most a day.
 * @returns the ages, or what is wrong with the text
 */
export function parseProofAges(text: string): ProofAges | string {
  const ages = new Map<string, number>();
  for (const part of text.split(',').map((entry) => entry.trim())) {
    const [, action = '', minutes = ''] = /^(?:([a-z-]+)=)?(\d{1,4})$/.exec(part) ?? [];
    const age = Number(minutes);
    if (minutes === '' || age < 1 || age > MAX_MINUTES) {
      return `write minutes from 1 to ${MAX_MINUTES}, such as 5 or 5,link-device=15`;
    }
    if (action !== '' && !(PROVED_ACTIONS as readonly string[]).includes(action)) {
      return `there is no action ${action}; there are ${PROVED_ACTIONS.join(', ')}`;
    }
    ages.set(action, age * MINUTE);
  }
  const others = ages.get('');
  if (others === undefined) return 'begin with the minutes for all actions, such as 5';
  return Object.fromEntries(
    PROVED_ACTIONS.map((action) => [action, ages.get(action) ?? others]),
  ) as ProofAges;
}
