/** `/account/devices/add`: how a device is linked, by what it has. Stands before the pages of the devices themselves. */

import { Router } from '@koa/router';
import { saidTo, type Worded } from '../../words/worded.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';

interface AddDeviceRoutes {
  /** Devices that their maker's app sets up, by the name of their client. */
  readonly setUpByApp: () => readonly Worded[];
  /** Whether there are machines that are linked by a key. */
  readonly takesKeys: () => boolean;
}

export function addDeviceRoutes({ setUpByApp, takesKeys }: AddDeviceRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    '/account/devices/add',
    signedIn((ctx, browser) =>
      renderPage(ctx, {
        page: 'add-device',
        ...accountParts(ctx, browser, 'devices'),
        setUpByApp: setUpByApp().map((name) => saidTo(readerOf(ctx), name)),
        takesKeys: takesKeys(),
      }),
    ),
  );
  return router;
}
