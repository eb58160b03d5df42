/** APIs of tests, as a resources file names them, and the clients that belong to them. */
export const PHOTOS = 'https://photos.example.com';
export const MUSIC = 'https://music.example.com/v1';
export const PRINTS = 'urn:example:prints';

export const TEST_RESOURCES = [
  {
    resource: PHOTOS,
    resource_name: 'Photos',
    client_id: 'photos',
    scopes: { 'photos.read': 'See your photos', 'photos.write': 'Add and remove photos' },
  },
  { resource: PRINTS, resource_name: 'Prints', client_id: 'prints' },
  {
    resource: MUSIC,
    resource_name: 'Music',
    client_id: 'music',
    scopes: { 'music.play': 'Play your music' },
    access_token_format: 'jwt',
  },
];

const SECRET = 'a secret of an API for its tests, 40 chars';
export const apiBasic = (id: string) =>
  `Basic ${btoa(`${id}:${SECRET.replaceAll(' ', '+').replace(',', '%2C')}`)}`;

const api = (id: string) => ({
  client_id: id,
  client_name: id,
  grant_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: SECRET,
});

export const API_CLIENTS = [api('photos'), api('prints'), api('music')];
