/** The pages about signed-in browsers, and about the end of everything, from what the domain knows. */

import { nameOf } from '../../devices/linked-device.ts';
import type { EndedThings } from '../../devices/snapshot.ts';
import { browserIcon, formatUserAgent } from '../../devices/user-agent.ts';
import type { ListedSession } from '../../sessions/listed-session.ts';
import type { Reader } from '../../words/reader.ts';
import type { BrowserRow, SignedOutEverythingView } from './browsers.ts';
import { shownDevice } from './device-views.ts';

/** How many things of one kind are named; the rest is counted. */
const MAX_NAMED = 25;

export function browserRow(reader: Reader, browser: ListedSession, thisUid: string): BrowserRow {
  return {
    id: browser.id,
    icon: browserIcon(browser.userAgent),
    program: formatUserAgent(reader, browser.userAgent),
    address: browser.address,
    signedInAt: new Date(browser.signedInAt),
    lastSeen: new Date(browser.lastSeen),
    isThis: thisUid.endsWith(`.${browser.id}`),
  };
}

/** @param askedFrom uid of the browser that asked for it; while it is kept, it is none of what ended */
export function whatEnded(
  reader: Reader,
  ended: EndedThings,
  { kept, askedFrom }: { kept: boolean; askedFrom: string },
): Omit<SignedOutEverythingView, 'page' | 'csrf' | 'signedInAs' | 'now'> {
  const browsers = ended.browsers
    .map((browser) => browserRow(reader, browser, askedFrom))
    .filter(({ isThis }) => !(kept && isThis));
  const devices = ended.devices.toSorted((one, other) => other.lastActivity - one.lastActivity);
  return {
    kept,
    devices: devices
      .slice(0, MAX_NAMED)
      .map((device) => shownDevice({ ...device.claimed, name: nameOf(device) })),
    deviceCount: devices.length,
    browsers: browsers.slice(0, MAX_NAMED),
    browserCount: browsers.length,
    apps: ended.apps,
    waiting: ended.waiting,
    trusted: ended.trusted,
  };
}
