import { describe, expect, it } from '@jest/globals';
import { resourceEntry } from '../../src/devices/asked-resource.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { parseResources, READ_RESOURCES } from '../../src/oidc/resources-file.ts';
import { API_CLIENTS, MUSIC, PHOTOS, PRINTS, TEST_RESOURCES } from '../support/test-apis.ts';

const CLIENTS = parseClients(JSON.stringify([...API_CLIENTS, { client_id: 'tv', client_name: 'Telly' }]));

const parse = (...resources: unknown[]) => parseResources(JSON.stringify(resources), CLIENTS);

/** The lines of what is thrown. */
function errorsOf(...resources: unknown[]): string[] {
  try {
    parse(...resources);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
}

const photos = { resource: PHOTOS, resource_name: 'Photos', client_id: 'photos' };

describe('the resources file', () => {
  it('names each API, what it may be asked for, and the client that reads its tokens', () => {
    const { resources, clients } = parse(...TEST_RESOURCES);
    expect(resources.ids).toEqual([PHOTOS, PRINTS, MUSIC]);
    expect(resources.find(PHOTOS)).toMatchObject({ name: 'Photos', format: 'opaque' });
    expect(resources.find(MUSIC)).toMatchObject({ format: 'jwt', algorithm: 'RS256' });
    expect(resources.find(`${PHOTOS}/`)?.id).toBe(PHOTOS);
    for (const other of [`${PHOTOS}//`, `${MUSIC}/`, `${PRINTS}/`])
      expect(resources.find(other)).toBeUndefined();
    const readers = Object.fromEntries(clients.map((one) => [one.client_id, one[READ_RESOURCES]]));
    expect(readers).toEqual({ photos: [PHOTOS], prints: [PRINTS], music: [MUSIC], tv: undefined });
  });

  it('has the words that owners read, for scopes and for the API itself', () => {
    const { resources } = parse(...TEST_RESOURCES);
    const asked = ['openid', 'photos.read', resourceEntry(PHOTOS), resourceEntry('https://gone.example.com')];
    expect(resources.wordsOf(asked)).toEqual({
      'photos.read': 'See your photos',
      [resourceEntry(PHOTOS)]: 'Photos',
    });
  });

  it('is not needed: then whatever has an https address is a resource', () => {
    const { resources } = parseResources(undefined, CLIENTS);
    expect(resources.find('https://mcp.example.com/mcp')).toMatchObject({ format: 'opaque' });
    const refused = [
      'http://mcp.example.com',
      'urn:x:y',
      'https://u:p@mcp.example.com',
      'https://münchen.de',
    ];
    for (const id of [...refused, 'https://', `https://x.example.com/${'x'.repeat(600)}`, '/x', 'https://x#'])
      expect([id, resources.find(id)]).toEqual([id, undefined]);
    expect(resources.ids).toEqual([]);
  });

  it('says everything that is wrong at once, each with its resource', () => {
    const errors = errorsOf(
      { ...photos, resource: 'photos' },
      { ...photos, resource: 'https://x.example.com#top' },
      { ...photos, resource: 'https://x.example.com/ü' },
      { ...photos, resource_name: '' },
      { ...photos, acces_token_format: 'jwt' },
      'nothing',
      { resource: 'https://a.example.com', resource_name: 'A' },
      { ...photos, resource: 'https://b.example.com', client_id: 'nobody' },
      { ...photos, resource: 'https://c.example.com', client_id: 'tv' },
      {
        ...photos,
        resource: 'https://d.example.com',
        scopes: { email: 'Mail', 'a b': 'Two', 'x=y': 'Three' },
      },
      { ...photos, resource: 'https://e.example.com', scopes: { read: 'Read' } },
      { ...photos, resource: 'https://f.example.com', scopes: { read: 'Read' } },
      { ...photos, resource: 'https://g.example.com', access_token_signing_alg: 'ES256' },
      { ...photos, resource: 'https://g.example.com/' },
    );
    const expected = [
      /^ {2}- photos: resource is not an absolute URI$/,
      /x\.example\.com#top: resource has a fragment/,
      /ü: resource has characters that no URI has/,
      /photos\.example\.com: resource_name /,
      /photos\.example\.com: .*acces_token_format/,
      /resource 6: /,
      /a\.example\.com: client_id is needed/,
      /b\.example\.com: client_id nobody is in no entry of the clients file/,
      /c\.example\.com: client_id tv needs a secret/,
      /d\.example\.com: scopes\.email is this server’s own/,
      /d\.example\.com: scopes\.a b has 1 to 60/,
      /d\.example\.com: scopes\.x=y has 1 to 60/,
      /e\.example\.com: scopes\.read is another resource’s too/,
      /f\.example\.com: scopes\.read is another resource’s too/,
      /g\.example\.com: resource is named twice/,
      /g\.example\.com\/: resource is named twice/,
      /g\.example\.com: access_token_signing_alg is for/,
    ];
    for (const line of expected) expect(errors).toContainEqual(expect.stringMatching(line));
    expect(errors).toHaveLength(expected.length);
  });

  it('says what a client is given in its own name, and the clients file keeps to it', () => {
    const own = (own_access: unknown, more: object = {}) => ({
      ...API_CLIENTS[0],
      client_id: 'backup',
      grant_types: ['client_credentials'],
      own_access,
      ...more,
    });
    const errorOf = (client: object): string => {
      try {
        const clients = parseClients(JSON.stringify([...API_CLIENTS, client]));
        parseResources(JSON.stringify(TEST_RESOURCES), clients);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const given = { [PHOTOS]: ['photos.read'] };
    expect(errorOf(own(given))).toBe('');
    const wrong: [object, RegExp][] = [
      [
        own(given, { token_endpoint_auth_method: 'none', client_secret: undefined }),
        /backup: grant_types client_credentials is only for a client with a secret/,
      ],
      [own({}), /backup: own_access is needed with client_credentials/],
      [own(given, { grant_types: [] }), /backup: own_access needs client_credentials in grant_types/],
      [own({ 'https://x.example': [] }), /backup: own_access https:\/\/x\.example is in no entry/],
      [own({ [PHOTOS]: ['music.play'] }), /backup: own_access \S+: music\.play is no scope of it/],
      [own({ [PHOTOS]: ['openid'] }), /backup: own_access \S+: openid is no scope of it/],
      [own({ [PHOTOS]: 'photos.read' }), /backup: own_access/],
    ];
    for (const [client, words] of wrong) expect(errorOf(client)).toMatch(words);
    const clients = parseClients(JSON.stringify([own(given)]));
    expect(() => parseResources(undefined, clients)).toThrow(/is in no entry of the resources file/);
  });

  it('is refused where it is no list', () => {
    expect(() => parseResources('{', CLIENTS)).toThrow(/not JSON/);
    expect(() => parseResources('{}', CLIENTS)).toThrow(/a JSON array of resources is needed/);
    expect(errorsOf()).toEqual([]);
  });

  it('alone says who reads which tokens: the clients file cannot', () => {
    const [api] = API_CLIENTS;
    const given = parseClients(JSON.stringify([{ ...api, [READ_RESOURCES]: [MUSIC] }]));
    const { clients } = parseResources(undefined, given);
    expect(clients[0]).not.toHaveProperty(READ_RESOURCES);
  });
});
