/** What operators see and do, in each of the three places: the Admin API, the tool, the console; or why a place lacks it. */

interface Act {
  /** As `openapi.json` names it. */
  readonly call?: string;
  readonly tool?: readonly string[];
  /** Method and path. */
  readonly console?: readonly string[];
  /** Where it is not, by intent. */
  readonly not?: Partial<Record<'call' | 'tool' | 'console', string>>;
}

const MACHINE = 'what stands on the machine: its files, its settings, its secret';
const BY_SETTING = 'programs begin it in the night; a person at the tool sees how far it has come';
const ONCE = 'typed once, with care, beside the server or by a program';
const TO_SELF = 'how a person comes in: programs have tokens, the tool has the machine';

const account = (act: string) => `POST /admin/accounts/:account/${act}`;
const client = (act: string) => `POST /admin/clients/:client/${act}`;
const receiver = (act: string) => `POST /admin/deliveries/:receiver/${act}`;
const stream = (act: string) => `POST /admin/streams/:client/${act}`;
const DELIVERIES = 'GET /admin/deliveries';
const SHOWN = 'GET /admin/accounts/:account';

export const ACTS: readonly Act[] = [
  { call: 'accounts-list', tool: ['accounts list', 'accounts search'], console: ['GET /admin/accounts'] },
  { call: 'accounts-show', tool: ['accounts show', 'accounts find'], console: [SHOWN] },
  { call: 'accounts-create', tool: ['accounts create', 'invite'], not: { console: ONCE } },
  { call: 'accounts-rename', tool: ['accounts rename'], not: { console: ONCE } },
  { call: 'accounts-disable', tool: ['accounts disable'], console: [account('disable')] },
  { call: 'accounts-enable', tool: ['accounts enable'], console: [account('enable')] },
  {
    call: 'accounts-sign-out-everything',
    tool: ['accounts sign-out-everything'],
    console: [account('sign-out-everything')],
  },
  {
    call: 'global-token-revocation',
    tool: ['accounts sign-out-everything'],
    console: [account('sign-out-everything')],
  },
  { call: 'accounts-reset-mail', tool: ['accounts reset-mail'], console: [account('reset-mail')] },
  { call: 'accounts-close', tool: ['accounts close'], console: [account('close')] },
  { call: 'accounts-keep', tool: ['accounts keep'], console: [account('keep')] },
  { call: 'activity-list', tool: ['activity'], console: [SHOWN] },
  { call: 'factors-list', tool: ['factors list'], console: [SHOWN] },
  { call: 'factors-remove-all', tool: ['factors remove'], console: [account('remove-factors')] },
  { call: 'factors-remove', tool: ['factors remove'], console: [account('factors/:thing/end')] },
  { call: 'devices-list-of-account', tool: ['devices list'], console: [SHOWN] },
  { call: 'devices-end', tool: ['devices deregister'], console: [account('devices/:thing/end')] },
  { call: 'browsers-list-of-account', tool: ['sessions list'], console: [SHOWN] },
  { call: 'browsers-end', tool: ['sessions end'], console: [account('browsers/:thing/end')] },
  { call: 'apps-list-of-account', tool: ['apps list'], console: [SHOWN] },
  { call: 'apps-end', tool: ['apps end'], console: [account('apps/:thing/end')] },
  { call: 'devices-list', tool: ['devices list'], console: ['GET /admin/devices'] },
  { call: 'devices-find', tool: ['devices find'], console: ['GET /admin/search'] },
  { call: 'clients-list', tool: ['clients list'], console: ['GET /admin/clients'] },
  { call: 'clients-show', tool: ['clients show'], console: ['GET /admin/clients/:client'] },
  { call: 'clients-create', tool: ['clients create'], not: { console: ONCE } },
  { call: 'clients-replace', tool: ['clients update'], not: { console: ONCE } },
  { call: 'clients-rotate-secret', tool: ['clients rotate-secret'], console: [client('secrets')] },
  { call: 'clients-disable', tool: ['clients disable'], console: [client('disable')] },
  { call: 'clients-enable', tool: ['clients enable'], console: [client('enable')] },
  { call: 'clients-end-devices', tool: ['clients end'], console: [client('end-devices')] },
  { call: 'clients-delete', tool: ['clients delete'], not: { console: ONCE } },
  { call: 'clients-reload', tool: ['clients reload'], not: { console: MACHINE } },
  {
    call: 'initial-tokens-create',
    tool: ['registration create'],
    not: { console: ONCE },
  },
  { call: 'initial-tokens-list', tool: ['registration list'], not: { console: ONCE } },
  { call: 'initial-tokens-end', tool: ['registration end'], not: { console: ONCE } },
  { call: 'keys-list', tool: ['keys list'], not: { console: BY_SETTING } },
  { call: 'keys-rotate', tool: ['keys rotate'], not: { console: BY_SETTING } },
  {
    call: 'jobs-begin',
    tool: ['accounts sign-out-everyone', 'index rebuild', 'secrets rewrite'],
    not: { console: BY_SETTING },
  },
  { call: 'jobs-list', not: { tool: 'it does the work itself', console: BY_SETTING } },
  { call: 'jobs-show', not: { tool: 'it does the work itself', console: BY_SETTING } },
  { call: 'stats', tool: ['stats'], console: ['GET /admin'] },
  { call: 'receivers-list', tool: ['webhooks list'], console: [DELIVERIES] },
  { call: 'receivers-get', tool: ['webhooks show'], console: [`${DELIVERIES}/:receiver`] },
  { call: 'receivers-dead', tool: ['webhooks dead'], console: [`${DELIVERIES}/:receiver`] },
  { call: 'receivers-on', tool: ['webhooks on'], console: [receiver('on')] },
  { call: 'receivers-off', tool: ['webhooks off'], console: [receiver('off')] },
  { call: 'receivers-ping', tool: ['webhooks ping'], console: [receiver('ping')] },
  { call: 'receivers-replay', tool: ['webhooks replay'], console: [receiver('replay')] },
  { call: 'streams-list', tool: ['streams list'], console: [DELIVERIES] },
  { call: 'streams-get', tool: ['streams show'], console: ['GET /admin/streams/:client'] },
  { call: 'streams-dead', tool: ['streams dead'], console: ['GET /admin/streams/:client'] },
  { call: 'streams-replay', tool: ['streams replay'], console: [stream('replay')] },
  { call: 'streams-pause', tool: ['streams pause'], console: [stream('pause')] },
  { call: 'streams-enable', tool: ['streams enable'], console: [stream('enable')] },
  { call: 'streams-delete', tool: ['streams delete'], console: [stream('delete')] },
  { call: 'audit-list', tool: ['audit'], console: ['GET /admin/audit'] },
  { call: 'openapi', not: { tool: 'it has --help', console: 'it has no programs' } },
  { call: 'console-search', tool: ['accounts find', 'clients show'], console: ['GET /admin/search'] },
  { call: 'operators-list', tool: ['operators list'], console: ['GET /admin/operators'] },
  {
    call: 'operators-set',
    tool: ['operators add', 'operators remove'],
    console: ['POST /admin/operators', 'POST /admin/operators/:account'],
  },
  { call: 'console-sign-in', console: ['POST /admin/sign-in'], not: { tool: TO_SELF } },
  {
    console: ['GET /admin/sign-in', 'POST /admin/sign-out'],
    not: { call: TO_SELF, tool: TO_SELF },
  },
  { console: ['GET /admin/settings'], not: { call: MACHINE, tool: 'doctor says them' } },
  {
    tool: [
      'secrets status',
      'secrets forget',
      'backup check',
      'backup replay-ends',
      'upgrade status',
      'upgrade finish',
    ],
    not: { call: MACHINE, console: MACHINE },
  },
];
