import { saidTo, type Worded } from '../words/worded.ts';
import { allowOwnScripts } from './middleware/security-headers.ts';
import { readerOf } from './reader.ts';
import { renderPage } from './render.ts';
import type { WebContext } from './web-state.ts';

/** What an app is told, and where: as the protocol has it. */
interface Answer {
  readonly action: string;
  readonly appName: Worded;
  readonly fields: Readonly<Record<string, string>>;
}

/** The page from which a form goes to the app: its own, and none that a visitor could have put there. */
export function showFormPost(ctx: WebContext, { action, appName, fields }: Answer): void {
  ctx.state.formTargets = formTargetsOf(action);
  allowOwnScripts(ctx);
  renderPage(ctx, {
    page: 'app-form-post',
    csrf: '',
    appName: saidTo(readerOf(ctx), appName),
    action,
    fields,
  });
}

/** Browsers hold against the policy where the app sends its people on, too: to other sites, as many apps do. */
export function formTargetsOf(action: string): string {
  const { protocol } = new URL(action);
  return protocol === 'http:' ? 'http: https:' : protocol;
}
