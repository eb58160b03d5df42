import { describe, expect, it } from '@jest/globals';
import { EVENT_KINDS } from '../../src/events/event.ts';
import { Egress } from '../../src/net/egress.ts';
import { patternsOf, typeOf, WEBHOOK_TYPES } from '../../src/webhooks/event-types.ts';
import { parseWebhooks } from '../../src/webhooks/webhooks-file.ts';
import { webhookKey } from '../support/webhook-listener.ts';

const egress = new Egress({ allow: [], httpsOnly: true });
const GOOD = { id: 'maker', url: 'https://maker.example.com/hooks', secrets: [webhookKey()] };

function errorsOf(...entries: object[]): string {
  try {
    parseWebhooks(JSON.stringify(entries), egress);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('an operator who writes the webhooks file', () => {
  it('gives an address and a key, and the receiver hears of everything', () => {
    const [receiver] = parseWebhooks(JSON.stringify([GOOD]), egress);
    expect([...(receiver?.types ?? [])].sort()).toEqual([...WEBHOOK_TYPES].sort());
    expect(receiver?.clients).toBeUndefined();
    expect(JSON.stringify(receiver)).not.toContain(GOOD.secrets[0]);
  });

  it('names groups and single types', () => {
    const [receiver] = parseWebhooks(
      JSON.stringify([{ ...GOOD, events: ['session.*', 'device.linked'] }]),
      egress,
    );
    expect([...(receiver?.types ?? [])].sort()).toEqual([
      ...['device.linked', 'ping', 'session.ended', 'session.started'],
    ]);
  });

  it('is shown them as they would be written', () => {
    const shown = (events: string[]) => {
      const [receiver] = parseWebhooks(JSON.stringify([{ ...GOOD, events }]), egress);
      return patternsOf([...(receiver?.types ?? [])]);
    };
    for (const events of [
      ['*'],
      ['client.*', 'device.linked', 'keys.rotated', 'session.*'],
      ['account.closed'],
    ])
      expect(shown(events)).toEqual(events);
  });

  it.each([
    [
      'a type that there is not',
      { ...GOOD, events: ['device.removed'] },
      /maker: events device\.removed is none of .*device\.\*/,
    ],
    [
      'an address inside',
      { ...GOOD, url: 'https://10.0.0.7/hooks' },
      /maker: url is not a public address; EGRESS_ALLOW/,
    ],
    ['an address without TLS', { ...GOOD, url: 'http://maker.example.com/hooks' }, /maker: url is not https/],
    ['no address', { ...GOOD, url: 'maker' }, /maker: url is not an https address/],
    [
      'a short key',
      { ...GOOD, secrets: ['whsec_c2hvcnQ='] },
      /maker: secrets\.0 is not whsec_ and 24 to 64 .*openssl/,
    ],
    ['three keys', { ...GOOD, secrets: [webhookKey(), webhookKey(), webhookKey()] }, /secrets are 2 at most/],
    ['no key', { ...GOOD, secrets: [] }, /maker: secrets/],
    ['a field that there is not', { ...GOOD, client: 'tv' }, /maker: .*client/],
    ['a name with spaces', { ...GOOD, id: 'The maker' }, /The maker: id has 1 to 40/],
  ])('is told of %s', (_what, entry, expected) => {
    expect(errorsOf(entry)).toMatch(expected);
  });

  it('is told of all faults at once, and of an id that is given twice', () => {
    const errors = errorsOf(GOOD, GOOD, { ...GOOD, id: 'other', url: 'https://127.0.0.1/', events: ['x'] });
    expect(errors.split('\n').slice(1)).toEqual([
      expect.stringMatching(/maker: id is given twice/),
      expect.stringMatching(/other: events x/),
      expect.stringMatching(/other: url is not a public address/),
    ]);
  });

  it('may write 100 receivers', () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ ...GOOD, id: `maker-${index}` }));
    expect(errorsOf(...many)).toMatch(/101 receivers: at most 100/);
    expect(errorsOf(...many.slice(1))).toBe('');
  });
});

it('every kind of event has its type, or none by decision', () => {
  const told = EVENT_KINDS.filter((kind) => typeOf(kind) !== undefined);
  expect(told.length).toBeGreaterThan(25);
  for (const kind of told) expect(WEBHOOK_TYPES).toContain(typeOf(kind));
});
