/**
 * Owners sign in by a real Keycloak, step by step, each of which stands on the one before.
 *
 *   npm run check:keycloak -- --folder <an unpacked Keycloak> (and Java, which it needs)
 */
import { parseArgs } from 'node:util';
import { ageProof } from '../test/support/aged-proof.ts';
import { eventually } from '../test/support/eventually.ts';
import { freePort } from '../test/support/free-port.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../test/support/whole-server.ts';
import type { Page, PageClient } from '../test/web/page-client.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { Keycloak, versionOf } from './keycloak/keycloak.ts';
import { withRedis } from './redis-for-check.ts';
import { runChecks } from './run-checks.ts';

const PATH = '/sign-in/upstream/keycloak';
const LINKS = '/account/security/upstream';
const OPTIONS = { folder: { type: 'string', default: '' } } as const;
const { values } = parseArgs({ options: OPTIONS, strict: false });
const folder = String(values.folder);

const keycloakCheck: Check = {
  name: 'keycloak',
  claim: 'owners sign in by it, prove by it who they are, link and unlink it, and are out when it says so',
  run: (on) => withRedis(() => goThrough(on)),
};

interface World {
  readonly keycloak: Keycloak;
  readonly server: WholeServer;
  /** Ada's browser, here and there. */
  readonly ada: { readonly here: PageClient; readonly there: PageClient };
}

const STEPS: readonly [string, (world: World) => Promise<void>][] = [
  ['an owner creates an account by it', signUp],
  ['is signed in by it again without a word', signInAgain],
  ['is asked by it again for a fresh proof', stepUp],
  ['an owner with a password links it, and unlinks it', linkAndUnlink],
  ['an owner who is signed out there is out here (back-channel logout)', signedOutThere],
  ['a visitor is told that it is down, and the other ways stay', down],
];

async function goThrough({ say }: CheckRun): Promise<Findings> {
  const version = versionOf(folder);
  say(`${version} from ${folder}`);
  const port = await freePort();
  const keycloak = await Keycloak.start(folder);
  try {
    const settings = { PORT: `${port}`, EGRESS_ALLOW: '127.0.0.0/8' };
    await keycloak.makeRealm(`http://127.0.0.1:${port}`, ['ada', 'grace']);
    await using server = await startWholeServer(settings, undefined, { upstreams: [keycloak.entry] });
    const world = { keycloak, server, ada: { here: server.visitor(), there: keycloak.visitor() } };
    let steps = 0;
    for (const [step, take] of STEPS) {
      try {
        await take(world);
      } catch (error) {
        return { figures: { version, steps }, violations: [`${step}: ${String(error)}`] };
      }
      say(step);
      steps += 1;
    }
    return { figures: { version, steps }, violations: [] };
  } finally {
    await keycloak.stop();
  }
}

function holds(truth: boolean, what: string): void {
  if (!truth) throw new Error(what);
}

async function leave(pages: PageClient): Promise<string> {
  const page = await pages.get('/sign-in');
  const begun = await pages.postAlone(PATH, { csrf: page.field('csrf') });
  return (await pages.get(begun.location)).onward;
}

const isIn = async (pages: PageClient) => (await pages.get('/account')).status === 200;

/** Gives the password of this server where it is asked for. */
async function proved(pages: PageClient, answer: Page): Promise<Page> {
  if (!answer.location.includes('held=')) return answer;
  const page = await pages.get(answer.location);
  const [csrf, held] = [page.field('csrf'), page.field('held')];
  return pages.postAlone('/account/prove', { csrf, held, password: PASSWORD });
}

async function signUp({ keycloak, server, ada }: World): Promise<void> {
  const { callback, isAsked } = await keycloak.signInThere(ada.there, await leave(ada.here), 'ada');
  holds(isAsked, 'Keycloak asked for no password');
  await ada.here.get(callback);
  const form = await ada.here.get(`${PATH}/new`);
  holds(form.text.includes('ada@corp.example'), 'the form does not know the email of the ID token');
  const fields = { csrf: form.field('csrf'), name: 'Ada', email: 'ada@corp.example' };
  const sent = await ada.here.post(`${PATH}/new`, fields);
  const code = /\b\d{6}\b/.exec(await server.mailTo('ada@corp.example'))?.[0] ?? '';
  const right = { csrf: sent.field('csrf'), ticket: sent.field('ticket'), code };
  const done = await ada.here.postAlone('/sign-up/confirm', right);
  holds(done.location === '/account', `the code led to ${done.status} ${done.location}`);
}

async function signInAgain({ keycloak, server, ada }: World): Promise<void> {
  const pages = server.visitor();
  const { callback, isAsked } = await keycloak.signInThere(ada.there, await leave(pages), 'ada');
  holds(!isAsked, 'Keycloak asked for the password again');
  await pages.get(callback);
  holds(await isIn(pages), 'the owner is not signed in');
}

async function stepUp({ keycloak, server, ada }: World): Promise<void> {
  await ageProof(server.stores, ada.here, 6);
  const data = await ada.here.get('/account/data');
  const asked = await ada.here.postAlone('/account/data/download', { csrf: data.field('csrf') });
  const page = await ada.here.get(asked.location);
  const fields = { csrf: page.field('csrf'), held: page.field('held') };
  const begun = await ada.here.postAlone('/account/prove/upstream/keycloak', fields);
  const onward = (await ada.here.get(begun.location)).onward;
  const { callback, isAsked } = await keycloak.signInThere(ada.there, onward, 'ada');
  holds(isAsked, 'Keycloak asked nothing although prompt=login was sent');
  const file = await ada.here.get(callback);
  const name = String(file.headers['content-disposition']);
  holds(name.includes('latchkey-account.json'), `the proof led to ${file.status} ${file.location}`);
}

async function linkAndUnlink({ keycloak, server }: World): Promise<void> {
  const { email, pages } = await server.signUp();
  const id = (await server.stores.accounts.findByEmail(email))?.id;
  if (id === undefined) throw new Error('no account');
  const post = async (what: string) => {
    const csrf = (await pages.get(LINKS)).field('csrf');
    return proved(pages, await pages.postAlone(`${LINKS}/keycloak/${what}`, { csrf }));
  };
  const begun = await post('link');
  const { onward } = await pages.get(begun.location);
  const { callback } = await keycloak.signInThere(keycloak.visitor(), onward, 'grace');
  await pages.get(callback);
  const linked = await server.stores.upstreamLinks.list(id);
  holds(linked[0]?.email === 'grace@corp.example', 'it was not linked');
  await post('unlink');
  holds((await server.stores.upstreamLinks.list(id)).length === 0, 'it was not unlinked');
}

async function signedOutThere({ keycloak, server, ada }: World): Promise<void> {
  const owner = await server.owner();
  // The browser in which the account was created came by Keycloak, too.
  holds(await isIn(ada.here), 'the owner was signed out before');
  await keycloak.signOut('ada');
  await eventually('the sign-out', async () => !(await isIn(ada.here)));
  holds(await isIn(owner), 'another owner is out as well');
}

async function down({ keycloak, server }: World): Promise<void> {
  await keycloak.stop();
  const pages = server.visitor();
  const page = await pages.get('/sign-in');
  holds(page.text.includes('Continue with Keycloak') && page.text.includes('password'), 'a way in is gone');
  const begun = await pages.postAlone(PATH, { csrf: page.field('csrf') });
  const { onward } = await pages.get(begun.location);
  // What it says of itself is good for an hour: the browser finds out, and other owners go on.
  holds(onward.startsWith(keycloak.issuer), 'the button leads elsewhere');
  const { pages: other } = await server.signUp();
  holds(await isIn(other), 'no owner signs in any more');
}

await runChecks([keycloakCheck], OPTIONS);
