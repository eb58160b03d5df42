/** Every kind of event, made as it is made: by a thief who is signed in, a device, an app, the operator, a rule of ours. */

import { AlertChoices } from '../../src/alerts/alert-choices.ts';
import { SignOutEverything } from '../../src/devices/sign-out-everything.ts';
import type { EventKind } from '../../src/events/event.ts';
import { Browsers } from '../../src/sessions/sessions.ts';
import { linkEvent } from '../../src/upstream/upstream-linking.ts';
import { eventually } from '../support/eventually.ts';
import { StoredState } from '../support/stored-state.ts';
import { TestPasskey } from '../support/test-passkey.ts';
import {
  addMember,
  allowApp,
  appPage,
  askRecovery,
  bySecondStep,
  changeEmail,
  closing,
  devices,
  firstDevice,
  firstMember,
  HOUR,
  household,
  linkByKey,
  lockVoiceCode,
  type Make,
  remind,
  revoke,
  signInByApp,
  voiceCode,
  voiceLimits,
} from './dispute-acts.ts';
import { BROWSER_TIMES } from './dispute-world.ts';

const CORP = { id: 'corp', name: 'Corp' };
const linkElsewhere: Make = ({ server: { stores } }, { thief, accountId, place }) => {
  const link = {
    upstream: CORP.id,
    issuer: 'https://id.example',
    subject: `thief of ${accountId}`,
    email: undefined,
    since: 1,
  };
  return stores.upstreamLinks.link(thief, link, linkEvent('upstream-linked', CORP, place));
};

export const NEW_PASSWORD = 'a password that the thief has chosen';
const OPERATOR = { by: 'operator' } as const;

export const MAKE: Readonly<Record<EventKind, Make>> = {
  'signed-in': async () => undefined,
  'signed-out': async (world, victim) =>
    world.services.signOut.signOut(await world.signIn(victim), victim.place),
  'signed-out-everything': ({ server: { stores } }, { thief, place }) =>
    new SignOutEverything({ ...stores, browserTimes: BROWSER_TIMES, now: Date.now }).signOut(
      thief,
      false,
      place,
    ),
  'signed-out-others': ({ server }, { thief, place }) =>
    new Browsers(server.stores.browsers).endOthers(thief, place),
  'factor-added': (world, victim) => world.addApp(victim),
  'factor-removed': async (world, victim) => {
    await world.addApp(victim);
    const [app] = await world.services.twoStep.list(victim.accountId);
    await world.services.twoStep.remove(victim.thief, app?.id ?? '', victim.place);
  },
  'factors-removed': async (world, victim) => {
    await world.addApp(victim);
    await world.server.stores.factors.removeAll(victim.accountId, { kind: 'factors-removed', ...OPERATOR });
  },
  'sign-in-refused': async ({ services }, { email, network }) => {
    const visit = { address: `${network}.66`, userAgent: '', knownBrowser: undefined, sessionId: undefined };
    await services.signIn.signIn({ email, password: 'wrong', returnTo: '/', visit });
    await services.refusals.settled();
  },
  'codes-refused': async (world, { thief, network, accountId }) => {
    const pages = world.pagesOf(thief, network);
    for (let round = 0; round < 6; round += 1)
      await pages.submit('/device', '/device', { user_code: 'BBBB-BBBB' });
    await eventually('codes-refused', async () => {
      const [newest] = await world.server.stores.activity.list(accountId, { most: 1 });
      return newest?.event.kind === 'codes-refused';
    });
  },
  'second-step-refused': async (world, victim) => {
    await world.addApp(victim);
    await bySecondStep(world, victim, 'backup-codes', 'AAAA-AAAA-AAAA');
  },
  'backup-code-used': async (world, victim) => {
    await world.addApp(victim);
    const [code = ''] = (await world.services.twoStep.makeBackupCodes(victim.thief, victim.place)) ?? [];
    await bySecondStep(world, victim, 'backup-codes', code);
  },
  'browser-trusted': signInByApp,
  'browser-trust-ended': async (world, victim) => {
    await signInByApp(world, victim);
    const [trusted] = await world.services.trustedBrowsers.list(victim.accountId);
    await world.services.trustedBrowsers.end(
      victim.accountId,
      trusted?.name ?? '',
      world.visit(victim.network),
    );
  },
  'passkey-copied': async (world, victim) => {
    const passkey = new TestPasskey();
    const added = { ...passkey.factor(), counter: 5 };
    await world.server.stores.factors.add(victim.thief, added, { kind: 'factor-added', by: 'owner' });
    const asked = await world.services.passkeySignIn.begin();
    const answer = asked && passkey.answer(asked, 'https://link.example.net', victim.accountId);
    if (answer)
      await world.services.passkeySignIn.finish(
        answer.response,
        answer.challenge,
        world.visit(victim.network),
      );
  },
  'voice-code-set': (world, { thief, place }) => voiceCode(world).set(thief, '4071', place),
  'voice-code-removed': async (world, { thief, place }) => {
    await voiceCode(world).set(thief, '4071', place);
    await voiceCode(world).remove(thief, place);
  },
  'voice-code-locked': async (world, victim) => lockVoiceCode(world, victim),
  'voice-code-unlocked': async (world, victim) => {
    await lockVoiceCode(world, victim);
    await voiceCode(world).unlock(victim.thief, victim.place);
  },
  'voice-limits-changed': (world, { thief, place }) => voiceLimits(world, thief, place),
  'recovery-asked': askRecovery,
  'recovery-soon': (world, victim) => remind(world, victim, 48),
  'recovery-open': (world, victim) => remind(world, victim, 72),
  'recovery-cancelled': async (world, victim) => {
    const code = await world.addApp(victim);
    const pending = await world.services.secondStep.find(await world.firstStep(victim));
    if (pending) await world.services.recovery.ask(pending, world.visit(victim.network));
    await bySecondStep(world, victim, 'totp', await code());
  },
  'recovery-done': async (world, victim) => {
    await askRecovery(world, victim);
    await new StoredState(world.server.stores).passSinceRecovery(victim.accountId, 72 * HOUR);
    const pending = await world.services.secondStep.find(await world.firstStep(victim));
    if (!pending) throw new Error('no second step');
    await world.services.recovery.sendCode(pending);
    await world.services.recovery.finish(
      pending,
      await world.code6(victim.email),
      world.visit(victim.network),
    );
  },
  'password-changed': async (world, { thief, email, place }) => {
    const { passwordChange } = world.services;
    const sent = await passwordChange.begin(thief);
    const ticket = sent.outcome === 'mailed' ? sent.ticket : '';
    const confirmed = await passwordChange.confirm(thief, ticket, await world.code6(email));
    if (confirmed.outcome !== 'right') throw new Error(confirmed.outcome);
    await passwordChange.finish(thief, confirmed.pass, NEW_PASSWORD, place);
  },
  'password-reset': async (world, { email, network }) => {
    await world.services.passwordReset.ask(email, world.visit(network));
    const token = /\/link\/([\w-]{43})/.exec(await world.server.mailTo(email))?.[1] ?? '';
    await world.services.passwordReset.finish(token, NEW_PASSWORD, world.visit(network));
  },
  'name-changed': ({ services }, { thief, place }) => services.nameChange.change(thief, 'Mallory', place),
  'email-changed': (world, victim) => changeEmail(world, victim, `thief-${victim.email}`),
  'device-linked': async (world, victim) => {
    victim.stolen = await world.link(victim.thief, victim.network, { device_name: 'Stolen TV' });
  },
  'device-deregistered': async (world, victim) =>
    devices(world).deregister(victim.thief, await firstDevice(world, victim), victim.place),
  'device-signed-off': async (world, victim) =>
    world.device.revoke((await world.link(victim.thief, victim.network)).refresh_token),
  'device-replayed': async (world, victim) => {
    const { refresh_token: first } = await world.link(victim.thief, victim.network);
    const { body } = await world.device.refresh(first);
    await world.device.refresh(String(body['refresh_token']));
    await world.device.refresh(first);
  },
  'device-renamed': async (world, victim) =>
    devices(world).rename(victim.thief, await firstDevice(world, victim), 'Mine now', victim.place),
  'device-assigned': async (world, victim) => {
    await addMember(world, victim);
    const device = await firstDevice(world, victim);
    await devices(world).assign(victim.thief, device, await firstMember(world, victim), victim.place);
  },
  'household-profile-added': addMember,
  'household-profile-renamed': async (world, victim) => {
    await addMember(world, victim);
    const member = await firstMember(world, victim);
    await household(world).rename(victim.thief, member, 'Mallory', victim.place);
  },
  'household-profile-removed': async (world, victim) => {
    await addMember(world, victim);
    await household(world).remove(victim.thief, await firstMember(world, victim), victim.place);
  },
  'account-disabled': ({ server }, { accountId }) =>
    server.stores.accounts.setStatus(accountId, 'disabled', { kind: 'account-disabled', ...OPERATOR }),
  'account-enabled': async ({ server: { stores } }, { accountId }) => {
    await stores.accounts.setStatus(accountId, 'disabled', { kind: 'account-disabled', ...OPERATOR });
    await stores.accounts.setStatus(accountId, 'active', { kind: 'account-enabled', ...OPERATOR });
  },
  'role-changed': async ({ server }, { accountId }) => {
    await server.stores.operators.setRole(
      accountId,
      { was: undefined, becomes: 'viewer' },
      { kind: 'role-changed', ...OPERATOR },
    );
  },
  'alerts-changed': ({ server }, { thief, place }) =>
    new AlertChoices(server.stores.accounts).choose(thief, [], place),
  'closing-asked': (world, { thief, place }) => closing(world).ask(thief, place),
  'closing-taken-back': async (world, { thief, place }) => {
    await closing(world).ask(thief, place);
    await closing(world).keep(thief, place);
  },
  'link-key-made': linkByKey,
  'link-key-refused': async (world, victim) => (await linkByKey(world, victim)).elsewhere.links(),
  'link-key-ended': async (world, victim) => {
    const { keys, id } = await linkByKey(world, victim);
    await keys.end(victim.thief, id, false, victim.place);
  },
  'app-allowed': allowApp,
  'app-narrowed': async (world, victim) => {
    const { pages } = await allowApp(world, victim);
    const page = await appPage(pages);
    await pages.submit(page, page, {});
  },
  'app-removed': async (world, victim) => {
    const { pages } = await allowApp(world, victim);
    const page = await appPage(pages);
    await pages.submit(page, `${page}/remove`, {});
  },
  'app-signed-off': async (world, victim) =>
    revoke(world, (await allowApp(world, victim)).tokens.refresh_token ?? ''),
  'app-replayed': async (world, victim) => {
    const { notes, tokens } = await allowApp(world, victim);
    const next = await notes.refresh(tokens.refresh_token ?? '');
    await notes.refresh(next.refresh_token ?? '');
    await notes.refresh(tokens.refresh_token ?? '').catch(() => undefined);
  },
  'upstream-linked': linkElsewhere,
  'upstream-unlinked': async (world, victim) => {
    await linkElsewhere(world, victim);
    const event = linkEvent('upstream-unlinked', CORP, victim.place);
    await world.server.stores.upstreamLinks.unlink(victim.thief, CORP.id, event);
  },
};
