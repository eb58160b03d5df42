import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { Crowd } from '../../checks/stampede/crowd.ts';
import { Person } from '../../checks/stampede/person.ts';
import { type StampedeWorld, stampede } from '../../checks/stampede/stampede.ts';
import { Town } from '../../checks/stampede/town.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

const DEVICES = 300;
/** Half as many devices may wait, and none is refused by the connections. */
const CONNECTIONS = 320;
const CLIENTS = [{ client_id: 'living-room-tv', client_name: 'TV', id_token_on_refresh: false }];

let server: WholeServer;
beforeAll(async () => {
  const environment = { MAX_CONNECTIONS: `${CONNECTIONS}`, TRUSTED_PROXIES: '127.0.0.0/8' };
  server = await startWholeServer(environment, undefined, { clients: CLIENTS });
});
afterAll(() => server?.close());

/** An owner who has created an account at home, where devices of theirs are. */
async function ownerAt(home: number): Promise<Person> {
  const address = Town.addressOf(home);
  const { email, pages } = await server.signUp(server.visitor(address));
  const state = { name: `owner ${home}`, email, password: PASSWORD, address, cookies: [...pages.cookies] };
  return new Person(server.origin, state);
}

/** Devices in this process: 300 are few enough. */
class OneCrowd {
  #crowd: Crowd | undefined;
  get progress() {
    return this.#crowd?.progress ?? { back: 0, refused: 0, unheard: 0 };
  }
  run(order: Parameters<StampedeWorld['crowd']['run']>[0]) {
    this.#crowd = new Crowd({ ...order, number: 0 });
    return this.#crowd.run();
  }
}

/** The short form of `npm run check:stampede`, which has 50,000, and holds what owners wait against what devices do. */
describe('after a power cut, when every device refreshes at once', () => {
  it('all are back and none is signed out; a device that finds no place comes when it was told to; owners sign in and approve', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const people = [await ownerAt(3), await ownerAt(40)];
    const { origin: issuer, stores } = server;
    const world = { issuer, stores, people, crowd: new OneCrowd(), heldAtMost: () => undefined };
    const on = { random: new SeededRandom(seed), say: () => undefined };
    const { violations } = await stampede({ devices: DEVICES, boot: 0, timed: false }, world, on);
    expect({ seed, violations: violations.slice(0, 10) }).toEqual({ seed, violations: [] });
  });
});
