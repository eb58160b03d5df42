/** Rows of the one list of what may use an account, from what the domain knows. */

import type { ConnectedApp } from '../../apps/app-access.ts';
import { type LinkedDevice, nameOf } from '../../devices/linked-device.ts';
import { browserIcon, formatUserAgent } from '../../devices/user-agent.ts';
import type { ListedSession } from '../../sessions/listed-session.ts';
import { saidTo } from '../../words/worded.ts';
import type { AccessRow } from './access-list.ts';
import { shownDevice } from './device-views.ts';
import { deviceTypeLabel } from './labels.ts';
import type { DeviceEnvironment } from './linked-device-views.ts';

/** What came less than a day ago is marked as new, in milliseconds. */
const NEW_FOR = 86_400_000;

export function deviceAccess(device: LinkedDevice, around: DeviceEnvironment): AccessRow {
  const { type } = shownDevice(device.claimed);
  return {
    href: `/account/devices/${device.id}`,
    icon: type,
    name: nameOf(device),
    kind: device.claimed.type,
    type: deviceTypeLabel(around.reader, type),
    person: around.members.find(({ id }) => id === device.memberId)?.name,
    ...timesOf(device.linkedAt, device.lastActivity, around),
    endedAt: dateOf(device.endedAt),
    isThis: false,
    words: [device.claimed.name, device.claimed.model, around.appName(device.clientId)],
  };
}

/** @param thisUid of the browser in which the list is shown */
export function browserAccess(
  browser: ListedSession,
  thisUid: string,
  around: Pick<DeviceEnvironment, 'now' | 'dormantAfter' | 'reader'>,
): AccessRow {
  const isThis = thisUid.endsWith(`.${browser.id}`);
  const times = timesOf(browser.signedInAt, browser.lastSeen, around);
  return {
    href: `/account/browsers/${browser.id}`,
    icon: browserIcon(browser.userAgent),
    name: formatUserAgent(around.reader, browser.userAgent),
    kind: 'browser',
    type: around.reader.t('account.kind', { kind: 'browser' }),
    person: undefined,
    ...times,
    isNew: times.isNew && !isThis,
    isThis,
    words: [browser.address],
  };
}

export function appAccessRow(
  app: ConnectedApp,
  around: Pick<DeviceEnvironment, 'now' | 'dormantAfter' | 'reader'>,
): AccessRow {
  return {
    href: `/account/apps/${encodeURIComponent(app.id)}`,
    icon: 'apps',
    name: saidTo(around.reader, app.name),
    logoFile: app.logoFile,
    kind: 'app',
    type: around.reader.t('account.kind', { kind: 'app' }),
    person: undefined,
    ...timesOf(app.since, app.used, around),
    endedAt: dateOf(app.endedAt),
    isThis: false,
    words: [],
  };
}

const dateOf = (at: number | undefined) => (at === undefined ? undefined : new Date(at));

function timesOf(
  since: number,
  lastActivity: number,
  { now, dormantAfter }: Pick<DeviceEnvironment, 'now' | 'dormantAfter'>,
): Pick<AccessRow, 'since' | 'lastActivity' | 'isNew' | 'isUnused'> {
  return {
    since: new Date(since),
    lastActivity: new Date(lastActivity),
    isNew: now - since < NEW_FOR,
    isUnused: now - lastActivity >= dormantAfter,
  };
}
