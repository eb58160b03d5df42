/** The half of the composition root that makes our pages: which services stand behind which routes. */
import type { Router } from '@koa/router';
import { Closing } from '../account-changes/closing.ts';
import type { AccountServices } from '../account-changes/services.ts';
import { AlertChoices } from '../alerts/alert-choices.ts';
import type { Config } from '../config/config.ts';
import { LinkRisks } from '../devices/link-risks.ts';
import { LinkedDevices } from '../devices/linked-devices.ts';
import { WaitingLinks } from '../devices/waiting-links.ts';
import { networksOf } from '../net/networks.ts';
import { phoneAddress } from '../net/phone-address.ts';
import { isCompanion } from '../oidc/companion-clients.ts';
import { takesLinkKeys } from '../oidc/link-key-clients.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { CodeLimits } from '../web/code-limits.ts';
import { FlashMessages } from '../web/flash-messages.ts';
import { LinkTickets } from '../web/link-tickets.ts';
import { StepUp } from '../web/middleware/step-up.ts';
import { PageTickets } from '../web/page-tickets.ts';
import { twoStepSource } from '../web/pages/two-step-source.ts';
import { upstreamSource } from '../web/pages/upstream-source.ts';
import { voiceCodeSource } from '../web/pages/voice-code-source.ts';
import { registrationEndpoint } from '../web/registration-endpoint.ts';
import { accountRoutes } from '../web/routes/accounts.ts';
import { addDeviceRoutes } from '../web/routes/add-device.ts';
import { appSignOutRoutes } from '../web/routes/app-sign-out.ts';
import { appRoutes } from '../web/routes/apps.ts';
import { CompanionPages } from '../web/routes/companion.ts';
import { dataRoutes } from '../web/routes/data.ts';
import { demoTvRoutes } from '../web/routes/demo-tv.ts';
import { deviceRoutes } from '../web/routes/device.ts';
import { interactionRoutes } from '../web/routes/interaction.ts';
import { notificationRoutes } from '../web/routes/notifications.ts';
import { outboxRoutes } from '../web/routes/outbox.ts';
import { ownerRoutes } from '../web/routes/owner.ts';
import { passkeySignInRoutes } from '../web/routes/passkey-sign-in.ts';
import { passwordsOffRoutes } from '../web/routes/passwords-off.ts';
import { SecondProofPages } from '../web/routes/prove-second.ts';
import { recoveryRoutes } from '../web/routes/recovery.ts';
import { secondStepRoutes } from '../web/routes/second-step.ts';
import { securityPages } from '../web/routes/security-pages.ts';
import { settingsRoutes } from '../web/routes/settings.ts';
import { signInRoutes } from '../web/routes/sign-in.ts';
import { signUpRoutes } from '../web/routes/sign-up.ts';
import { twoStepPages } from '../web/routes/two-step-pages.ts';
import { voiceCodeRoutes } from '../web/routes/voice-code.ts';
import { waitingRoutes } from '../web/routes/waiting.ts';
import { voiceCodeEndpoint } from '../web/voice-code-endpoint.ts';
import type { WebMiddleware, WebState } from '../web/web-state.ts';
import { accountServices, browserTimesOf, limiterOf, mailOf, voiceOf } from './accounts.ts';
import { accountData, activityPages } from './activity-pages.ts';
import { adminPart, revocationPart } from './admin.ts';
import { consoleFencePart, consolePages } from './console.ts';
import { linkKeyPages } from './link-key-pages.ts';
import type { Parts } from './parts.ts';
import { signalsPart } from './signals.ts';
import { proofWaysOf, upstreamLogoutPart, upstreamPages } from './upstream-pages.ts';

/** What several groups of pages share. */
interface Shared {
  services: AccountServices;
  mail: ReturnType<typeof mailOf>;
  tickets: PageTickets;
  flash: FlashMessages;
  stepUp: StepUp;
  now: () => number;
}

export async function routers(parts: Parts, protocol: Protocol): Promise<Router<WebState>[]> {
  const { config, keyring, overrides, delivery } = parts;
  const now = overrides.now ?? Date.now;
  const services = await accountServices(parts);
  const { proving, proveAgain, passkeyCheck } = services;
  const mail = mailOf(parts, passkeyCheck.possible);
  const tickets = new PageTickets(keyring, now);
  const second = new SecondProofPages({ ...mail, proveAgain, passkeys: passkeyCheck });
  const stepUp = new StepUp({ proving, ways: proofWaysOf(parts), tickets, second, now });
  const shared: Shared = { services, mail, tickets, flash: new FlashMessages(tickets), stepUp, now };
  return [
    ...(mail.takesPasswords ? [] : [passwordsOffRoutes(stepUp)]),
    stepUp.routes(),
    second.routes(stepUp),
    ...upstreamPages(parts, shared),
    ...signingInPages(parts, protocol, shared),
    ...accountPages(parts, protocol, shared),
    ...loginPages(parts, shared),
    ...(config.admin.console ? consolePages(parts, protocol, shared) : []),
    ...(delivery.outbox ? [outboxRoutes({ outbox: delivery.outbox, issuer: config.issuer })] : []),
    ...(inDevelopment(config)
      ? [
          demoTvRoutes({
            issuer: config.issuer,
            phoneAddress: parts.overrides.phoneAddress ?? phoneAddress(config),
          }),
        ]
      : []),
  ];
}

/** What is there to try things, and nowhere else. */
const inDevelopment = ({ mode }: Config) => mode === 'development';

/** The ways in: creating an account, signing in, the second step, signing in on the way to an app, and linking a device. */
function signingInPages(parts: Parts, protocol: Protocol, shared: Shared) {
  const { config } = parts;
  const { appSignIn, appSignOut, companions } = protocol;
  const { services, mail, stepUp, now } = shared;
  const risks = linkRisksOf(parts, now);
  const { signIn, signInByMail, signUp, signOut } = services;
  const { secondStep, passkeyCheck, passkeySignIn, recovery } = services;
  const signUpOpen = mail.takesPasswords && config.signUp === 'open';
  return [
    accountRoutes({ signOut, signUpOpen, development: inDevelopment(config) }),
    appSignOutRoutes({ appSignOut, signOut }),
    signInRoutes({ ...parts, appSignIn, ...mail, signIn, byMail: signInByMail, signUpOpen }),
    secondStepRoutes({ ...mail, secondStep, appSignIn, passkeys: passkeyCheck }),
    recoveryRoutes({ ...mail, secondStep, recovery }),
    passkeySignInRoutes({ ...mail, passkeySignIn }),
    signUpRoutes({ ...parts, ...mail, signUp }),
    interactionRoutes({
      appSignIn,
      stepUp,
      companions: new CompanionPages({ companions, risks, stepUp, now }),
    }),
    ...linkingPages(parts, protocol, shared, risks),
  ];
}

function linkRisksOf({ config, stores, countryOf }: Parts, now: () => number): LinkRisks {
  return new LinkRisks({
    approvals: stores.approvals,
    devices: stores.linkedDevices,
    countryOf,
    networks: networksOf(config),
    bounds: config.approvals,
    lifetime: config.lifetimes.deviceCode,
    now,
  });
}

function linkingPages(
  parts: Parts,
  { linking }: Protocol,
  { services, tickets, stepUp, now }: Shared,
  risks: LinkRisks,
) {
  const { stores, linkWatch: watch, overrides } = parts;
  const { aroundLinking = (around) => around, holds } = overrides;
  const linkTickets = new LinkTickets(tickets);
  const devices = new LinkedDevices(stores.linkedDevices, stores.grants);
  const links = new WaitingLinks(stores.waitingLinks, stores.grants, stores.deviceCodes);
  return [
    deviceRoutes({
      linking: aroundLinking(linking),
      stepUp,
      refusals: services.refusals,
      risks,
      limits: new CodeLimits(limiterOf(parts)),
      entered: stores.enteredCodes,
      tickets: linkTickets,
      now,
    }),
    waitingRoutes({ devices, links, watch, tickets: linkTickets, ...(holds && { holds }) }),
  ];
}

/** What an owner sees and takes back. */
function accountPages(parts: Parts, { appAccess, clients }: Protocol, shared: Shared) {
  const { flash, stepUp, now } = shared;
  const { config, keyring, stores, resources } = parts;
  return [
    addDeviceRoutes({
      setUpByApp: () => clients.all.filter(isCompanion).map((one) => clients.nameOf(one.client_id)),
      takesKeys: () => clients.all.some(takesLinkKeys),
    }),
    linkKeyPages(parts, clients, shared),
    ...ownerRoutes({
      ...stores,
      appAccess,
      browserTimes: browserTimesOf(config),
      stepUp,
      sealing: keyring,
      // A device whose client was taken out of the file keeps its row: it is still there to be ended.
      appName: (id) => clients.nameOf(id),
      appLinks: (id) => clients.linksOf(id),
      resources,
      dormantAfter: config.dormantAfter,
      now,
    }),
    activityPages(parts, now),
    dataRoutes({ data: accountData(parts, appAccess), closing: new Closing(stores.closings), flash, stepUp }),
    settingsRoutes({ household: stores.household, flash }),
    notificationRoutes({
      choices: new AlertChoices(stores.accounts),
      flash,
      stepUp,
      limiter: limiterOf(parts),
    }),
    appRoutes({ appAccess, flash, now }),
  ];
}

/** Security: what an owner proves who they are with. */
function loginPages(parts: Parts, { services, mail, tickets, flash, stepUp, now }: Shared) {
  const { config, stores } = parts;
  const voice = voiceOf(parts);
  return [
    ...securityPages({
      ...mail,
      services,
      accounts: stores.accounts,
      stepUp,
      tickets,
      sources: [
        twoStepSource(services.twoStep, services.passkeyCheck.possible),
        upstreamSource(parts.upstreams, stores.upstreamLinks),
        voiceCodeSource(voice.voiceCode),
      ],
    }),
    voiceCodeRoutes({ ...voice, stepUp, flash, now }),
    ...twoStepPages({
      ...mail,
      services,
      stepUp,
      limiter: limiterOf(parts),
      tickets,
      flash,
      now,
      isDemanded: config.requireTwoStep,
    }),
  ];
}

/** Endpoints of ours that are no pages. */
export function endpoints(parts: Parts, protocol: Protocol): WebMiddleware[] {
  const { bearers, registration } = protocol;
  const { mode } = parts.config.registration;
  return [
    voiceCodeEndpoint({ bearers, ...voiceOf(parts) }),
    registrationEndpoint(mode === 'closed' ? undefined : registration),
    upstreamLogoutPart(parts),
    adminPart(parts, protocol),
    revocationPart(parts, protocol),
    signalsPart(parts, protocol),
    ...(parts.config.admin.console ? [consoleFencePart(parts)] : []),
  ];
}
