/** What clients ask of tokens that they have no business with, and of ones that never were: part of `oracles.ts`. */
import { API_BASIC, DeviceClient, NOTES_BASIC } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { randomId } from '../support/test-stores.ts';
import type { WatchedServer } from '../support/watched-server.ts';
import { answerAsked, codeQuestion, type Oracle } from './oracle.ts';

export const TOKEN_ORACLES: readonly Oracle[] = [
  {
    name: 'refresh tokens: of another client, and one that never was',
    untimed: true,
    prepare: async (server) => {
      const { owner } = await codeQuestion(server);
      const device = new DeviceClient(server.origin, 'tv');
      const linked = codesOf(await device.authorize());
      await owner.decide(linked.userCode, 'approve');
      const { refresh_token: token } = tokensOf(await device.poll(linked.deviceCode));
      const other = new DeviceClient(server.origin, 'speaker');
      const ask = async (refresh: string) => answerAsked(await other.refresh(refresh));
      return [() => ask(token), () => ask(`${randomId()}${randomId()}`.slice(0, 43))];
    },
  },
  ...['its device was deregistered', 'it was revoked', 'it has expired', 'it lost against its successor'].map(
    (why): Oracle => ({
      name: `introspection: a token that is not active since ${why}, and one that never was`,
      untimed: true,
      prepare: async (server) => {
        const { token, alike } = await inactiveToken(server, why);
        const ask = async (presented: string) =>
          answerAsked(await api(server).post('/token/introspection', { token: presented }, AS_API));
        return [() => ask(token), () => ask(alike())];
      },
    }),
  ),
  ...(['access_token', 'refresh_token'] as const).map(
    (kind): Oracle => ({
      name: `introspection by an app with a secret: the ${kind} of another client, and one that never was`,
      untimed: true,
      prepare: async (server) => {
        const { tokens } = await linkedTv(server);
        const app = new DeviceClient(server.origin, 'notes', NOTES_BASIC);
        const ask = async (token: string) => answerAsked(await app.post('/token/introspection', { token }));
        return [() => ask(tokens[kind]), () => ask(like(tokens[kind]))];
      },
    }),
  ),
  ...(['access_token', 'refresh_token'] as const).map(
    (kind): Oracle => ({
      name: `revocation: the ${kind} of another client, and one that never was`,
      untimed: true,
      prepare: async (server) => {
        const { tokens } = await linkedTv(server);
        const other = new DeviceClient(server.origin, 'speaker');
        const ask = async (token: string) => answerAsked(await other.revoke(token));
        return [() => ask(tokens[kind]), () => ask(like(tokens[kind]))];
      },
    }),
  ),
  {
    name: 'introspection by a resource server: a refresh token, and one that never was',
    untimed: true,
    prepare: async (server) => {
      const { tokens } = await linkedTv(server);
      const ask = async (token: string) =>
        answerAsked(await api(server).post('/token/introspection', { token }, AS_API));
      return [() => ask(tokens.refresh_token), () => ask(like(tokens.refresh_token))];
    },
  },
  {
    name: 'introspection by a resource server: a token for another one, and one that never was',
    untimed: true,
    prepare: async (server) => {
      const { tokens } = await linkedTv(server, { resource: 'https://api.example.com' });
      const ask = async (token: string) =>
        answerAsked(await api(server).post('/token/introspection', { token }, AS_API));
      return [() => ask(tokens.access_token), () => ask(like(tokens.access_token))];
    },
  },
];

const AS_API = { authorization: API_BASIC };
const api = ({ origin }: WatchedServer) => new DeviceClient(origin, 'api');

/** A token's like that was never issued. */
const like = (token: string) => `${randomId()}${randomId()}`.slice(0, token.length);

async function linkedTv(server: WatchedServer, fields: Record<string, string> = {}) {
  const { owner } = await codeQuestion(server);
  const device = new DeviceClient(server.origin, 'tv');
  const codes = codesOf(await device.authorize(fields));
  await owner.decide(codes.userCode, 'approve');
  return { device, tokens: tokensOf(await device.poll(codes.deviceCode)) };
}

async function inactiveToken(server: WatchedServer, why: string) {
  const { device, tokens } = await linkedTv(server);
  let token = tokens.access_token;
  if (why === 'its device was deregistered') await device.revoke(tokens.refresh_token);
  if (why === 'it was revoked') await device.revoke(tokens.access_token);
  if (why === 'it has expired') await new StoredState(server.stores).forget('AccessToken', token);
  if (why === 'it lost against its successor') {
    const next = tokensOf(await device.refresh(tokens.refresh_token));
    const loser = tokensOf(await device.refresh(tokens.refresh_token));
    await device.userinfo(next.access_token);
    token = loser.access_token;
  }
  return { token, alike: () => like(token) };
}
