/** What operators write of a client in several languages, in the clients file and in the store. */
import { expect, it } from '@jest/globals';
import { ClientsError, parseClients } from '../../src/oidc/clients.ts';
import { namedAs } from '../../src/oidc/events.ts';
import { ResourceCatalog } from '../../src/oidc/resources.ts';
import { toMetadata } from '../../src/oidc/stored-clients.ts';

const GOOD = { client_id: 'tv', client_name: 'Telly', 'client_name#de': 'Glotze' };
const parse = (changes: object) => parseClients(JSON.stringify([{ ...GOOD, ...changes }]));
const store = ({ client_id: clientId, ...metadata }: typeof GOOD) =>
  toMetadata({ clientId, metadata, secret: undefined, issuedAt: 1 }, new ResourceCatalog([]));

it('is taken with any tag, from the file as from the store', () => {
  const changes = {
    'client_name#sr-Latn-RS': 'Televizor',
    tos_uri: 'https://a.example',
    'tos_uri#de': 'https://b.example',
  };
  const words = {
    client_name: { de: 'Glotze', 'sr-Latn-RS': 'Televizor' },
    tos_uri: { de: 'https://b.example' },
  };
  for (const client of [parse(changes)[0], store({ ...GOOD, ...changes })])
    expect(client).toMatchObject({ client_name: 'Telly', words_by_language: words });
});

it.each([
  [{ 'client_name#': 'Telly' }, 'client_name# needs the tag of a language behind it, such as de or pt-BR'],
  [{ 'client_name#german!': 'Telly' }, 'client_name# needs the tag of a language'],
  [{ 'client_name#fr': '' }, 'client_name#fr '],
  [{ 'client_name#fr': 7 }, 'client_name#fr '],
  [{ 'client_uri#fr': 'https://a.example' }, 'client_uri#fr needs client_uri too'],
  [
    { client_uri: 'https://a.example', 'client_uri#fr': 'http://a.example' },
    'client_uri#fr is an https address',
  ],
  [{ words_by_language: {} }, 'words_by_language is said as client_name#de'],
  [
    Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [
        `client_name#x${String.fromCharCode(97 + (n % 26))}-a${n}`,
        'x',
      ]),
    ),
    'at most 100 members in other languages',
  ],
])('is refused by name where it is wrong, in the file as in the store: %j', (changes, words) => {
  for (const read of [() => parse(changes), () => store({ ...GOOD, ...changes })]) {
    expect(read).toThrow(ClientsError);
    expect(read).toThrow(words);
  }
});

it('leaves in what an owner did no more names than this server has languages, however many an app has', () => {
  const tags = Array.from({ length: 90 }, (_, n) => `de-x${n + 10}`);
  const client_name = { 'pt-BR': 'TV', ...Object.fromEntries(tags.map((tag) => [tag, tag])), fr: 'Telly' };
  const app = { clientId: 'tv', clientName: 'Telly', words_by_language: { client_name } };
  expect(namedAs(app)).toEqual({ name: 'Telly', names: { '': 'Telly', de: 'de-x10', 'pt-BR': 'TV' } });
  expect(namedAs({ clientId: 'tv', clientName: 'Telly' })).toEqual({ name: 'Telly' });
});
