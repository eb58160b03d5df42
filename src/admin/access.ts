/** What may act for an account, as the operator sees and ends it: devices, signed-in browsers, apps. */
import type { Account } from '../accounts/account.ts';
import type { AppAccess, ConnectedApp } from '../apps/app-access.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import { type LinkedDevice, type LinkedDeviceStore, nameOf, type Owner } from '../devices/linked-device.ts';
import type { ListedSession, ListedSessionStore } from '../sessions/listed-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';

interface AccessParts {
  readonly linkedDevices: Pick<LinkedDeviceStore, 'list' | 'find'>;
  readonly grants: Pick<GrantStore, 'end'>;
  readonly browsers: Pick<ListedSessionStore, 'list'> & Pick<SessionStore, 'endByUid'>;
  readonly apps: Pick<AppAccess, 'list' | 'removeFor'>;
}

const ownerOf = ({ id, epoch }: Account): Owner => ({ accountId: id, epoch });

export class Access {
  readonly #with: AccessParts;

  constructor(parts: AccessParts) {
    this.#with = parts;
  }

  devices(account: Account): Promise<LinkedDevice[]> {
    return this.#with.linkedDevices.list(ownerOf(account));
  }

  device(account: Account, id: string): Promise<LinkedDevice | undefined> {
    return this.#with.linkedDevices.find(ownerOf(account), id);
  }

  /** `false`: there is none any more. */
  endDevice(account: Account, device: LinkedDevice): Promise<boolean> {
    const name = nameOf(device);
    const subject = { type: 'device', id: device.id, ...(name !== undefined && { name }) } as const;
    const event = { kind: 'device-deregistered', by: 'operator', subject } as const;
    return this.#with.grants.end(formatGrantId({ ...ownerOf(account), name: device.id }), event);
  }

  browsers(account: Account): Promise<ListedSession[]> {
    return this.#with.browsers.list(ownerOf(account));
  }

  endBrowser({ id }: Account, browser: ListedSession): Promise<boolean> {
    const uid = `${id}.${browser.id}`;
    const subject = { type: 'browser', id: uid } as const;
    const details = { userAgent: browser.userAgent };
    return this.#with.browsers.endByUid(uid, { kind: 'signed-out', by: 'operator', subject, details });
  }

  apps(account: Account): Promise<ConnectedApp[]> {
    return this.#with.apps.list(ownerOf(account));
  }

  async endApp(account: Account, id: string): Promise<boolean> {
    return (await this.#with.apps.removeFor(ownerOf(account), id)) !== undefined;
  }
}
