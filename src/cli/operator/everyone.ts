/** The command about all accounts: signing everybody out. */
import { type EndedOfAll, SignOutEveryone } from '../../accounts/sign-out-everyone.ts';
import { StoreUnavailable } from '../../errors/store-unavailable.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

/** Milliseconds between two words about how far it has come. */
const TOLD_EVERY = 2000;

const QUESTION =
  'Sign everybody out of everything? All devices and apps of all accounts must be linked again, and every owner is told by mail.';

export const everyoneCommands: readonly Command[] = [
  {
    name: 'accounts sign-out-everyone',
    usage: '',
    summary:
      'end all devices, browsers, apps and pending codes of all accounts; when it was cut off, run it again',
    words: 0,
    run: signOutEveryone,
  },
];

async function signOutEveryone(
  { accounts, accountIds }: AdminService,
  { confirm, audit, tell }: CommandInput,
): Promise<Ending> {
  if (!(await confirm(QUESTION))) return notConfirmed;
  audit(undefined, 'begun');
  let [soFar, toldAt]: [EndedOfAll | undefined, number] = [undefined, Number.NEGATIVE_INFINITY];
  const onProgress = (ended: EndedOfAll) => {
    soFar = ended;
    if (performance.now() - toldAt < TOLD_EVERY) return;
    toldAt = performance.now();
    tell(`${counted(ended)} so far`, { ...ended });
  };
  try {
    const ended = await new SignOutEveryone(accountIds, accounts).run(onProgress);
    audit(undefined, 'done');
    return done(`Everybody is signed out of everything: ${counted(ended)}.`, { ended });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    audit(undefined, 'cut-off');
    return cutOff(soFar);
  }
}

function cutOff(ended: EndedOfAll = { accounts: 0, keys: 0, browsers: 0 }): Ending {
  const message = `Redis did not answer, or was being changed. Not everybody is signed out: run it again. So far: ${counted(ended)}.`;
  return { outcome: 'unavailable', message, data: { message, ended } };
}

function counted({ accounts, keys, browsers }: EndedOfAll): string {
  const inWords = (count: number, one: string, more: string) =>
    `${count.toLocaleString('en')} ${count === 1 ? one : more}`;
  return [
    `${inWords(accounts, 'account', 'accounts')} signed out`,
    `${inWords(keys, 'key of a device or app', 'keys of devices and apps')} and ${inWords(browsers, 'browser', 'browsers')} ended`,
  ].join(', ');
}
