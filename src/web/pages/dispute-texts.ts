import type { Remedy } from '../../alerts/remedies.ts';

/** What the page of "It wasn't me" says that will be done, and that was done. */
export interface DisputeTexts {
  readonly ask: string;
  readonly done: string;
}

const EVERYTHING =
  'all your devices, browsers and apps are signed out at once, this one too. You then sign in again and link your devices again.';
const EVERYTHING_DONE = 'All devices, browsers and apps are signed out.';
const CODES = 'Codes that were entered in your account and still wait stop working, too.';

const withEverything = (ask: string, done: string): DisputeTexts => ({
  ask: `${ask} And ${EVERYTHING}`,
  done: `${done} ${EVERYTHING_DONE}`,
});

/** One for each remedy: the page says just what is done. */
export const DISPUTE_TEXTS: Readonly<Record<Remedy, DisputeTexts>> = {
  nothing: {
    ask: 'There is nothing to take back here: nobody gained anything by it, or what they had has ended already.',
    done: 'There was nothing to take back.',
  },
  browser: {
    ask: `That browser is signed out at once. ${CODES}`,
    done: 'That browser is signed out.',
  },
  'trusted-browser': {
    ask: `That browser is signed out at once, and is asked for codes again. ${CODES}`,
    done: 'That browser is signed out, and is asked for codes again.',
  },
  device: {
    ask: `This device is signed out of your account at once. ${CODES}`,
    done: 'That device is signed out of your account.',
  },
  app: {
    ask: `This app loses its access to your account at once. ${CODES}`,
    done: 'That app has no access to your account any more.',
  },
  'link-key': {
    ask: `This key stops working at once, and the devices that it linked lose their keys to your account. ${CODES}`,
    done: 'That key does not work any more, and no device that it linked has a key to your account.',
  },
  recovery: {
    ask: 'The request is cancelled at once, and two-step verification stays as it is. Whoever asked knows your password: choose a new one afterwards.',
    done: 'The request is cancelled, and two-step verification stays as it is.',
  },
  factor: withEverything(
    'It is removed from two-step verification at once, so that nobody can prove with it who they are.',
    'It is removed from two-step verification.',
  ),
  'backup-codes': withEverything(
    'The other backup codes stop working at once: whoever has one may have them all.',
    'The backup codes do not work any more.',
  ),
  password: withEverything(
    'The password that was set stops working at once. You choose a new one with a link that we mail to you.',
    'The password that was set does not work any more. Choose a new one now.',
  ),
  email: withEverything(
    'Your account gets the email of this mail back at once, and the other one no longer leads to it.',
    'Your account has its email back.',
  ),
  'voice-code': withEverything('The voice code is removed at once.', 'The voice code is removed.'),
  alerts: withEverything('You are told of everything again.', 'You are told of everything again.'),
  closing: withEverything(
    'Your account stays open, and nothing of it is deleted.',
    'Your account stays open, and nothing of it is deleted.',
  ),
  everything: {
    ask: `${EVERYTHING.charAt(0).toUpperCase()}${EVERYTHING.slice(1)}`,
    done: EVERYTHING_DONE,
  },
};

const ALONE: readonly Remedy[] = [
  'nothing',
  'browser',
  'trusted-browser',
  'device',
  'app',
  'link-key',
  'recovery',
];

/** Whether the owner has to sign in again everywhere afterwards. */
export function endsEverything(remedy: Remedy): boolean {
  return !ALONE.includes(remedy);
}
