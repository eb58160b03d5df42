/** What a log says has ended: no event, command or operation is passed over because it was forgotten. */
import { describe, expect, it } from '@jest/globals';
import { EndsReader } from '../../src/audit/logged-ends.ts';
import { SECURITY_EVENTS } from '../../src/audit/security-log.ts';
import { COMMANDS } from '../../src/cli/operator/commands.ts';
import { EVENT_KINDS } from '../../src/events/event.ts';
import { ADMIN_ROUTES } from '../admin/admin-routes.ts';

const AT = '2026-11-29T06:00:00.000Z';
const SINCE = Date.parse('2026-11-29T00:00:00Z');

function read(line: object): EndsReader {
  const reader = new EndsReader(SINCE);
  reader.read(JSON.stringify({ time: AT, msg: 'security', account: 'hash', ...line }));
  return reader;
}

/** Whether something ends by it. */
function ends(line: object): boolean {
  const found = read({ client: 'photos', target: 'photos', key: 'kid', ...line });
  const { all, named, upstreams, status, closing } = found.accounts.get('hash') ?? {};
  const sets = [all, upstreams, found.keys, found.clients, found.secrets, ...Object.values(named ?? {})];
  const states = [found.everyone, found.registration, status, closing];
  return sets.some((set) => (set?.size ?? 0) > 0) || states.some((one) => one !== undefined && one !== false);
}

/** What else the log tells of takes nothing away that an older copy would bring back. */
const ADDS_OR_REFUSES =
  /(-refused|-asked|-added|-made|-set|-trusted|-linked|-allowed|-renamed|-issued|-accepted|-approved|-denied|-created|-begun|-given|-down|-unavailable|-failed|-published|-registered)$/;

/** Owners are told of these. The log has the command, the call or the request that did it, under another name. */
const NOT_IN_THE_LOG = [
  ...['account-disabled', 'account-enabled', 'app-replayed', 'app-signed-off', 'factors-removed'],
  ...['recovery-cancelled', 'recovery-open', 'recovery-soon', 'voice-code-locked'],
];
const NOTHING_COMES_BACK = [
  ...['admin-called', 'alerts-changed', 'closing-taken-back', 'data-downloaded', 'device-assigned'],
  ...['household-profile-removed', 'limit-met', 'link-pushed', 'name-changed', 'passkey-copied'],
  ...[
    'signing-key-used',
    'token-refreshed',
    'voice-code-right',
    'voice-code-unlocked',
    'voice-limits-changed',
  ],
];
/** What docs/operations.md says that the log does not tell. */
const SAID_IN_THE_DOCUMENT = ['backup-code-used', 'client-changed', 'token-revoked', 'upstream-signed-out'];

/** `keys rotate`: servers tell which key has ended. */
const COMMANDS_THAT_END_NOTHING = [
  ...['accounts create', 'accounts keep', 'accounts rename', 'accounts reset-mail', 'activity', 'audit'],
  ...['backup replay-ends', 'clients create'],
  ...['clients reload', 'clients update', 'index rebuild', 'invite', 'keys rotate', 'registration create'],
  ...['secrets forget', 'secrets rewrite', 'stats'],
  ...['streams dead', 'streams delete', 'streams enable', 'streams pause', 'streams replay'],
  'upgrade finish',
  ...['webhooks dead', 'webhooks off', 'webhooks on', 'webhooks ping', 'webhooks replay'],
];
const CALLS_THAT_END_NOTHING = [
  ...[
    'accounts-create',
    'accounts-keep',
    'accounts-rename',
    'accounts-reset-mail',
    'clients-create',
    'clients-reload',
  ],
  ...['clients-replace', 'initial-tokens-create', 'jobs-begin', 'keys-rotate'],
  ...['receivers-off', 'receivers-on', 'receivers-ping', 'receivers-replay'],
  ...['streams-delete', 'streams-enable', 'streams-pause', 'streams-replay'],
];

describe('a log that is replayed after a restore', () => {
  it('takes every event that ends something', () => {
    const names = [...new Set([...EVENT_KINDS, ...Object.keys(SECURITY_EVENTS)])];
    const silent = names.filter((event) => !ends({ event }) && !ADDS_OR_REFUSES.test(event));
    expect(new Set(silent)).toEqual(
      new Set([...NOT_IN_THE_LOG, ...NOTHING_COMES_BACK, ...SAID_IN_THE_DOCUMENT]),
    );
  });

  it('takes every command of the tool that ends something', () => {
    const silent = COMMANDS.map(({ name }) => name).filter(
      (command) => !ends({ event: 'operator-acted', command, outcome: 'done' }),
    );
    const reads = silent.filter((name) => !/ (list|find|show|search|status|check)$/.test(name));
    expect(reads.sort()).toEqual(COMMANDS_THAT_END_NOTHING);
    expect(ends({ event: 'operator-acted', command: 'accounts disable', outcome: 'unchanged' })).toBe(false);
  });

  it('takes every change by the Admin API that ends something', () => {
    const changes = ADMIN_ROUTES.filter(({ method }) => method !== 'GET').map(({ name }) => name);
    const silent = changes.filter((reason) => !ends({ event: 'admin-called', reason }));
    expect(silent.sort()).toEqual(CALLS_THAT_END_NOTHING);
    expect(read({ event: 'admin-called', reason: 'jobs-begin', target: 'sign-out-everyone' }).everyone).toBe(
      true,
    );
  });

  it('is read from its time on; other lines, and those that are none, are passed over', () => {
    const reader = new EndsReader(Date.parse(AT) + 1);
    const line = { time: AT, msg: 'security', event: 'signed-out-everything', account: 'hash' };
    for (const text of ['', 'Redis started', '{"half', JSON.stringify({ ...line, msg: 'request' })])
      reader.read(text);
    expect([reader.from > reader.to, reader.lines]).toEqual([true, 0]);
    reader.read(JSON.stringify(line));
    expect([reader.from, reader.lines, reader.accounts.size]).toEqual([Date.parse(AT), 0, 0]);
  });

  it('has the last word of what was disabled, enabled, asked for and taken back', () => {
    const reader = new EndsReader(SINCE);
    const say = (event: string, more: object = {}) =>
      reader.read(JSON.stringify({ time: AT, msg: 'security', account: 'hash', event, ...more }));
    say('admin-called', { reason: 'accounts-disable' });
    say('admin-called', { reason: 'accounts-enable' });
    say('closing-asked');
    say('closing-taken-back');
    expect(reader.accounts.get('hash')).toMatchObject({ status: 'active', closing: undefined });
    expect(reader.accounts.get('hash')?.all).toEqual(new Set(['everything']));
    for (const kept of ['accounts-keep', 'accounts keep']) {
      say('closing-asked');
      say(kept.includes(' ') ? 'operator-acted' : 'admin-called', { reason: kept, command: kept });
      expect(reader.accounts.get('hash')?.closing).toBeUndefined();
    }
    say('admin-called', { reason: 'accounts-close', target: 'at-once' });
    expect(reader.accounts.get('hash')).toMatchObject({ status: 'disabled', closing: Date.parse(AT) });
  });
});
