/** What is measured: what devices and apps ask of the server all day, and what owners do at the pages now and then. */
import { PASSWORD } from './approval.ts';
import {
  approvedCode,
  authorizations,
  CLIENT,
  ENDED,
  expect,
  keepTokens,
  linkedDevices,
  newDevice,
  type PendingCode,
  pendingCodes,
  pick,
  pollOf,
  READS_NO_SECOND_ID_TOKEN,
} from './devices.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { Load, Target } from './load.ts';
import type { Side } from './side.ts';

const SESSION = 'latchkey_session';
const COMPROMISED = '/account/security/compromised';
const API = `Basic ${Buffer.from('example-api:for-development-only-never-for-production').toString('base64')}`;

export interface Scenario {
  name: string;
  /** The servers that are asked it. */
  kinds: readonly Kind[];
  /** It takes so long that only one of so many requests is made. */
  oneOf?: number;
  /** Makes what `count` requests need, outside of the measured time. */
  prepare(side: Side, count: number): Promise<Load>;
}

const LIBRARY: readonly Kind[] = ['latchkey', 'plain', 'memory'];

export const PENDING_POLL: Scenario = {
  name: 'pending poll',
  kinds: KINDS,
  async prepare(side, count) {
    const codes = await pendingCodes(side, count);
    return {
      request: (index) => (codes[index] as PendingCode).poll,
      heard: (answer, index) => {
        expect(answer, answer.status === 400 && answer.field('error') === 'authorization_pending');
        (codes[index] as PendingCode).polled = performance.now();
      },
    };
  },
};

export const REFRESH: Scenario = {
  name: 'refresh',
  kinds: LIBRARY,
  prepare: (side) => refreshing(side, CLIENT),
};

export const SCENARIOS: readonly Scenario[] = [
  PENDING_POLL,
  {
    name: 'device authorization',
    kinds: KINDS,
    prepare: async (side) => authorizations(side),
  },
  REFRESH,
  {
    name: 'refresh, no ID token',
    kinds: LIBRARY,
    prepare: (side) => refreshing(side, READS_NO_SECOND_ID_TOKEN),
  },
  {
    name: 'introspection, live',
    kinds: LIBRARY,
    prepare: async (side) => {
      const devices = await linkedDevices(side);
      return introspecting(side, (index, worker) => pick(devices, index, worker).accessToken, true);
    },
  },
  {
    name: 'introspection, dead',
    kinds: LIBRARY,
    // Its device was taken back; plain forgets the token, Latchkey the grant.
    prepare: async (side) => {
      const dead = (await linkedDevices(side, ENDED)).map(({ accessToken }) => accessToken);
      for (const { refreshToken: token } of await linkedDevices(side, ENDED))
        await side.target.post('/token/revocation', { token, client_id: ENDED });
      return introspecting(side, (index) => String(dead[index % dead.length]), false);
    },
  },
  {
    name: 'userinfo',
    kinds: LIBRARY,
    prepare: async (side) => {
      const devices = await linkedDevices(side);
      return {
        request: (index, worker) => {
          const { accessToken } = pick(devices, index, worker);
          return side.target.page('/me', { authorization: `Bearer ${accessToken}` });
        },
        heard: (answer) => expect(answer, answer.field('sub') !== ''),
      };
    },
  },
  // From here on owners are told of what is done, by mails that run into what comes after.
  {
    name: 'link',
    kinds: LIBRARY,
    // The poll that brings the tokens: each code is redeemed once.
    async prepare(side, count) {
      const polls: Buffer[] = [];
      while (polls.length < count) polls.push(pollOf(side, await approvedCode(side)));
      return {
        request: (index) => polls[index] as Buffer,
        heard: (answer) => keepTokens(newDevice(), answer),
      };
    },
    oneOf: 4,
  },
  {
    name: 'sign-in',
    kinds: ['latchkey'],
    // Each owner once, with the hash of the password.
    prepare: async ({ target, people }, count) => {
      const emails: string[] = [];
      while (emails.length < count) emails.push(String(await people?.withPassword()));
      const form = await formAt(target, '/sign-in');
      return {
        request: (index) => {
          const fields = { ...form.fields, email: String(emails[index]), password: PASSWORD };
          return target.form('/sign-in', fields, { cookie: form.cookie });
        },
        heard: (answer) =>
          expect(answer, answer.status === 303 && answer.cookies.some((one) => one.includes(SESSION))),
      };
    },
    oneOf: 20,
  },
  {
    name: 'sign out of everything',
    kinds: ['latchkey'],
    prepare: async ({ target, people }, count) => {
      const forms: Form[] = [];
      while (forms.length < count)
        forms.push(await formAt(target, COMPROMISED, `${SESSION}=${await people?.signedIn()}`));
      return {
        request: (index) => {
          const { fields, cookie } = forms[index] as Form;
          return target.form(COMPROMISED, fields, { cookie });
        },
        heard: (answer) => expect(answer, answer.status === 303),
      };
    },
    oneOf: 4,
  },
];

/** The chain of one device goes on from round to round; no device is refreshed twice at once. */
async function refreshing(side: Side, client: string): Promise<Load> {
  const devices = await linkedDevices(side, client);
  const isSigned = side.kind !== 'latchkey' || client === CLIENT;
  return {
    request: (index, worker) => {
      const { refreshToken } = pick(devices, index, worker);
      const form = { client_id: client, grant_type: 'refresh_token', refresh_token: refreshToken };
      return side.target.form('/token', form);
    },
    heard: (answer, index, worker) => {
      keepTokens(pick(devices, index, worker), answer);
      expect(answer, isSigned === (answer.field('id_token') !== ''));
    },
  };
}

function introspecting(
  { target }: Side,
  token: (index: number, worker: number) => string,
  active: boolean,
): Load {
  return {
    request: (index, worker) =>
      target.form('/token/introspection', { token: token(index, worker) }, { authorization: API }),
    heard: (answer) => expect(answer, answer.text.includes(`"active":${active}`)),
  };
}

interface Form {
  /** What has to come back with it. */
  fields: { csrf: string };
  cookie: string;
}

/** Opens a page for its form, as a browser with this cookie does. */
async function formAt(target: Target, path: string, cookie = ''): Promise<Form> {
  const { body, cookies } = await target.get(path, cookie ? { cookie } : {});
  const csrf = /name="csrf" value="([^"]+)"/.exec(String(body['text']))?.[1] ?? '';
  if (!csrf) throw new Error(`${path} has no form`);
  const given = cookies.map((one) => one.split(';', 1)[0]);
  return { fields: { csrf }, cookie: [cookie, ...given].filter(Boolean).join('; ') };
}
