/** The device pages, from what the domain knows. */

import type { Session } from '../../accounts/session.ts';
import type { ClaimedDevice } from '../../devices/claimed-device.ts';
import { type AskedLink, showsCode } from '../../devices/device-linking.ts';
import type { LinkRisk } from '../../devices/link-risk.ts';
import { formatUserAgent } from '../../devices/user-agent.ts';
import { displayUserCode } from '../../devices/user-code.ts';
import { saidTo } from '../../words/worded.ts';
import { readerOf } from '../reader.ts';
import { signedInAs } from '../render.ts';
import type { WebContext } from '../web-state.ts';
import { shownLinks } from './app-links.ts';
import type * as pages from './device.ts';
import { abilitiesOf } from './scope-labels.ts';

export function codeView(
  ctx: WebContext,
  details: Pick<pages.DeviceCodeView, 'userCode' | 'problem'>,
): pages.DeviceCodeView {
  return { page: 'device-code', csrf: ctx.state.csrf, signedInAs: signedInAs(ctx), ...details };
}

export function confirmView(
  ctx: WebContext,
  browser: Session,
  link: AskedLink,
  risk: LinkRisk,
  details: Pick<pages.DeviceConfirmView, 'action' | 'ticket' | 'now' | 'problem'>,
): pages.DeviceConfirmView {
  const { request } = link;
  const device = shownDevice(link.device);
  return {
    page: 'device-confirm',
    csrf: ctx.state.csrf,
    signedInAs: { name: browser.profile.name, email: browser.profile.email },
    ...(showsCode(link) && {
      userCode: displayUserCode(link.userCode),
      numbers: link.numberMatch?.choices,
    }),
    appName: saidTo(readerOf(ctx), link.app.name),
    links: shownLinks(readerOf(ctx), link.app.links),
    device,
    request: {
      ipAddress: request.address,
      network: risk.network,
      country: risk.country,
      at: new Date(request.at),
      userAgent: formatUserAgent(readerOf(ctx), request.userAgent),
    },
    abilities: abilitiesOf(readerOf(ctx), link.scopes, link.words),
    longestDays: link.longestDays,
    firstOfItsKind: risk.firstOfItsKind,
    check: risk.check,
    reasons: risk.reasons,
    ...details,
  };
}

type OwnResult = { isLate?: boolean };
export type Result =
  | ({ outcome: 'denied' } & OwnResult)
  | ({ outcome: 'linked'; device: pages.ClaimedDevice; at: string } & OwnResult)
  | { outcome: 'failed' }
  | { outcome: 'full'; again?: string };

export function resultView(ctx: WebContext, result: Result): pages.DeviceResultView {
  return { page: 'device-result', csrf: ctx.state.csrf, signedInAs: signedInAs(ctx), ...result };
}

export function shownDevice({ type, name, model }: ClaimedDevice): pages.ClaimedDevice {
  return { type, name, model };
}
