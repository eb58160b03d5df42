/** Machines that race for the one use of a key, where a server dies at each command that it sends (docs/decisions/0041). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyedMachine, LinkKeyOwner, RACK } from '../support/link-key-owner.ts';
import { codesOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

/** More than a redemption has. */
const MOST = 40;

let dying: TestProtocol;
let living: TestProtocol;
beforeAll(async () => {
  dying = await testProtocol({ clients: [RACK] });
  const { prefix } = dying.stores;
  living = await testProtocol({ clients: [RACK], prefix, environment: { ISSUER: dying.issuer } });
});
afterAll(async () => {
  await living.close();
  await dying.close();
});

interface Command {
  resolve(): void;
  reject(error: Error): void;
}

/** From now on the server sends so many commands, and no more: none of the others reaches the store. @returns how many it had to give up */
function diesAfter({ stores }: TestProtocol, commands: number): () => number {
  const client = stores.connection.redis as unknown as { sendCommand(command: Command): unknown };
  let [left, lost] = [commands, 0];
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, ...rest) => {
    if (left > 0) {
      left -= 1;
      return send(command, ...(rest as []));
    }
    lost += 1;
    command.reject(new Error('Connection is closed.'));
    return (command as unknown as { promise: unknown }).promise;
  };
  return () => {
    client.sendCommand = send;
    return lost;
  };
}

describe('two machines that race for the one use of a key, one of them at a server that dies', () => {
  it('leave one row or none, wherever it dies, and the use is there for the other until it is a row', async () => {
    const ends = new Set<string>();
    for (let commands = 0; commands < MOST; commands += 1) {
      const owner = await LinkKeyOwner.of(dying.stores);
      const key = await owner.makes();
      const [first, second] = [new KeyedMachine(dying.address, key), new KeyedMachine(living.address, key)];
      const [ofFirst, ofSecond] = [codesOf(await first.presents()), codesOf(await second.presents())];
      const lives = diesAfter(dying, commands);
      const cut = await first.poll(ofFirst.deviceCode);
      const lost = lives();
      const rows = await LinkKeyOwner.as(living.stores, owner.browser).rows();
      const other = await second.poll(ofSecond.deviceCode);
      const after = await owner.rows();
      // A row that is there has spent the use; until there is one, the other machine gets it.
      expect({ commands, rows: after.length }).toEqual({ commands, rows: 1 });
      expect({ commands, other: other.status }).toEqual({ commands, other: rows.length === 1 ? 400 : 200 });
      ends.add(`${cut.status} ${rows.length}`);
      if (lost === 0) break;
    }
    // It died before there was a row, after it, and not at all.
    expect([...ends].sort()).toEqual(['200 1', '503 0', '503 1']);
  });
});
