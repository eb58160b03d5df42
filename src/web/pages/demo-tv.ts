import type { ClaimedDevice } from './device.ts';
import type { PageParts } from './page.ts';

/** `/demo/tv`, development only: a television that a script of ours plays. */
export interface DemoTvView extends PageParts {
  readonly page: 'demo-tv';
  /** What it will call itself. */
  readonly device: ClaimedDevice & { readonly name: string };
  /** `device_type` as it will send it. */
  readonly type: string;
  readonly clientId: string;
  /** A client is answered at this origin alone. */
  readonly issuer: string;
  /** Where no phone does, there is nothing to scan. */
  readonly phoneReaches: boolean;
  /** Where the picture of the code leads, if that is another place than its address. */
  readonly phoneAddress?: string | undefined;
}
