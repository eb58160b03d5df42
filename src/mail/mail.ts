/** A mail of ours: plain text, lines of at most 76 characters where words allow. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same in HTML, where there is more than a few lines to it. */
  html?: string;
  /** Without angle brackets. A mail that is sent again carries the same, so that readers show it once. */
  messageId?: string;
}

export interface Mailer {
  /** Resolves when the mail has been taken over by whoever delivers it; rejects when it has not. */
  send(mail: Mail): Promise<void>;
}

interface CodeEmail {
  subject: string;
  /** What the code is for. */
  why: readonly string[];
  /** What to do if it was not the reader. */
  otherwise: readonly string[];
}

function codeMail(to: string, code: string, { subject, why, otherwise }: CodeEmail): Mail {
  const rules = [
    'Enter the code on the page that asks for it. It works once, for 10 minutes.',
    'Nobody from Latchkey will ever ask you for this code.',
  ];
  const text = lines(`Your code is ${code}`, '', ...why, '', ...rules, '', ...otherwise);
  return { to, subject, text };
}

/**
 * To somebody who creates an account. What the person typed is no part of it: anybody may type anything, and
 * have it mailed to anybody.
 */
export function confirmEmailMail(to: string, code: string, issuer: string): Mail {
  return codeMail(to, code, {
    subject: 'Your code to confirm your email',
    why: [`Somebody, probably you, is creating a Latchkey account with this email on`, issuer],
    otherwise: ['If that was not you, do nothing: without the code there is no account.'],
  });
}

/** To the owner of an account, when somebody creates another one with its email. */
export function emailTakenMail(to: string, issuer: string): Mail {
  return {
    to,
    subject: 'You have an account already',
    text: lines(
      'Somebody, probably you, tried to create a Latchkey account with this email on',
      issuer,
      '',
      'There is one already, and nothing about it was changed. Sign in to it at',
      `${issuer}/sign-in`,
      '',
      'If that was not you, there is nothing to do.',
    ),
  };
}

/** To somebody whom the operator invites. */
export function invitationMail(to: string, link: string, issuer: string): Mail {
  return {
    to,
    subject: 'You are invited to create an account',
    text: lines(
      'The person who runs the Latchkey server on',
      issuer,
      'invites you to create an account there. Begin here:',
      link,
      '',
      'The link works for one account, for 7 days.',
      '',
      'If you do not know what this is about, do nothing.',
    ),
  };
}

/** To the owner, who has given the right password while somebody was trying others. */
export function confirmSignInMail(to: string, code: string, issuer: string): Mail {
  return codeMail(to, code, {
    subject: 'Your code to sign in',
    why: [
      'Somebody has been trying many passwords for your Latchkey account on',
      issuer,
      'so we ask for this code beside the password.',
    ],
    otherwise: [
      'If you are not signing in right now, somebody else knows your password:',
      'choose a new one, and use the old one nowhere.',
    ],
  });
}

/** To the owner, who has lost the second step and has waited for its removal. */
export function recoveryMail(to: string, code: string, issuer: string): Mail {
  return codeMail(to, code, {
    subject: 'Your code to remove two-step verification',
    why: [
      'Somebody, probably you, has waited for two-step verification to be removed from',
      'your Latchkey account on',
      issuer,
    ],
    otherwise: [
      'If that was not you, somebody else knows your password: choose a new one at',
      `${issuer}/forgot-password`,
      'which also stops the removal.',
    ],
  });
}

/** To the owner, who has given the password in order to change it. */
export function changePasswordMail(to: string, code: string, issuer: string): Mail {
  return codeMail(to, code, {
    subject: 'Your code to change your password',
    why: ['Somebody, probably you, is changing the password of your Latchkey account on', issuer],
    otherwise: [
      'If that was not you, somebody else knows your password: choose a new one at',
      `${issuer}/forgot-password`,
      'which signs everybody out.',
    ],
  });
}

/** To the owner; opening the link changes nothing. */
export function forgottenPasswordMail(to: string, link: string, issuer: string): Mail {
  return {
    to,
    subject: 'Choose a new password',
    text: lines(
      'Somebody, probably you, has forgotten the password of your Latchkey account on',
      issuer,
      '',
      'Choose a new one here; the link works once, for 10 minutes:',
      link,
      '',
      'Everything that is signed in to your account will be signed out then.',
      'Nobody from Latchkey will ever ask you for this link.',
      '',
      'If that was not you, do nothing: your password stays as it is.',
    ),
  };
}

/** To the email that an account is to have from now on. */
export function confirmNewEmailMail(to: string, code: string, issuer: string): Mail {
  return codeMail(to, code, {
    subject: 'Your code to confirm your new email',
    why: ['Somebody, probably you, wants this to be the email of a Latchkey account on', issuer],
    otherwise: ['If that was not you, do nothing: without the code nothing is changed.'],
  });
}

/** To the owner of an account whose email somebody wants for another account. */
export function emailInUseMail(to: string, issuer: string): Mail {
  return {
    to,
    subject: 'This email has an account already',
    text: lines(
      'Somebody, probably you, wants this to be the email of another Latchkey account on',
      issuer,
      '',
      'It has an account already, so nothing was changed. To use it for the other account,',
      'sign in to this one and give it another email first.',
      '',
      'If that was not you, there is nothing to do.',
    ),
  };
}

/** To the email that an account has, when somebody who is signed in asks for another. */
export function emailChangeBegunMail(to: string, issuer: string): Mail {
  return {
    to,
    subject: 'The email of your account is about to be changed',
    text: lines(
      'Somebody, probably you, is changing the email of your Latchkey account on',
      issuer,
      '',
      'It is changed once a code, which we sent to the new email, is entered.',
      '',
      'If that was not you, somebody else is signed in to your account. Choose a new',
      'password now, which signs everybody out and stops the change:',
      `${issuer}/forgot-password`,
    ),
  };
}

/**
 * To the email that an account had until just now.
 * @param dispute where its reader brings it back; `undefined` where it was a change that is taken back by this one
 */
export function emailChangedMail(to: string, issuer: string, dispute: string | undefined): Mail {
  return {
    to,
    subject: 'The email of your account was changed',
    text: lines(
      'Your Latchkey account has another email from now on, and this one no longer leads',
      'to it. The account is on',
      issuer,
      '',
      ...(dispute === undefined
        ? ['If that was not you, tell the person who runs that server at once.']
        : [
            'If that was not you, say so here. Your account gets this email back, and everything',
            'is signed out. It works once, for 7 days:',
            dispute,
          ]),
    ),
  };
}

/** To whoever had an account until just now, which is the last that is sent there. */
export function accountClosedMail(to: string, issuer: string): Mail {
  return {
    to,
    subject: 'Your account is closed',
    text: lines(
      'Your Latchkey account, and everything about it, is gone from',
      issuer,
      '',
      'Somebody, probably you, asked for this 7 days ago, and nobody took it back.',
      'Nothing can be brought back now. Devices and apps that used the account no longer',
      'work with it. This is the last mail about it.',
      '',
      'If that was not you, tell the person who runs that server. You can create a new',
      'account with this email.',
    ),
  };
}

function lines(...text: string[]): string {
  return `${text.join('\n')}\n`;
}
