/** One sample of every page in every state, the hostile ones included. Tests and pictures are made from these. */
import { accessList } from './samples/access-list.ts';
import { account } from './samples/account.ts';
import { activitySamples } from './samples/activity.ts';
import { apps } from './samples/apps.ts';
import { browsers } from './samples/browsers.ts';
import { consoleSamples } from './samples/console.ts';
import { consoleDeliverySamples } from './samples/console-deliveries.ts';
import { development } from './samples/development.ts';
import { device } from './samples/device.ts';
import { errors } from './samples/errors.ts';
import { forgotPassword } from './samples/forgot-password.ts';
import { linkKeys } from './samples/link-keys.ts';
import type { Sample } from './samples/parts.ts';
import { recovery } from './samples/recovery.ts';
import { secondStep } from './samples/second-step.ts';
import { security } from './samples/security.ts';
import { signingIn } from './samples/signing-in.ts';
import { twoStep } from './samples/two-step.ts';
import { upstream } from './samples/upstream.ts';
import { voiceCode } from './samples/voice-code.ts';
import { waitingSamples } from './samples/waiting.ts';

export { HOSTILE } from './samples/parts.ts';
export const SAMPLES: readonly Sample[] = [
  ...signingIn,
  ...secondStep,
  ...recovery,
  ...twoStep,
  ...voiceCode,
  ...upstream,
  ...accessList,
  ...account,
  ...linkKeys,
  ...browsers,
  ...security,
  ...forgotPassword,
  ...activitySamples,
  ...device,
  ...waitingSamples,
  ...apps,
  ...errors,
  ...development,
  ...consoleSamples,
  ...consoleDeliverySamples,
];
