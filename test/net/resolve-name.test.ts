import { createSocket } from 'node:dgram';
import { describe, expect, it } from '@jest/globals';
import { Egress } from '../../src/net/egress.ts';
import { resolveByNameServers } from '../../src/net/resolve-name.ts';

/** A name server of this machine that knows one IPv4 address for every name, or none for any. */
async function nameServer(address?: readonly number[]) {
  const socket = createSocket('udp4');
  let questions = 0;
  socket.on('message', (question, { port, address: from }) => {
    questions += 1;
    // Header, name, type, class (RFC 1035 section 4.1); what may follow is not repeated.
    const end = question.indexOf(0, 12) + 5;
    const isFour = address !== undefined && question.readUInt16BE(end - 4) === 1;
    const reply = Buffer.from(question.subarray(0, end));
    reply.writeUInt16BE(address ? 0x8180 : 0x8183, 2);
    reply.writeUInt16BE(isFour ? 1 : 0, 6);
    reply.fill(0, 8, 12);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...(address ?? [])]);
    socket.send(isFour ? Buffer.concat([reply, record]) : reply, port, from);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.bind(0, '127.0.0.1', resolve);
  await promise;
  const servers = [`127.0.0.1:${socket.address().port}`];
  return { servers, questions: () => questions, close: () => socket.close() };
}

describe('a name of an app', () => {
  it('is asked of name servers, which hold none of the threads that passwords need; one family is enough', async () => {
    const server = await nameServer([192, 0, 2, 7]);
    const addresses = await resolveByNameServers(server.servers)('app.example');
    expect(addresses).toEqual([{ address: '192.0.2.7', family: 4 }]);
    expect(server.questions()).toBe(2);
    const egress = new Egress({ allow: [], httpsOnly: false }, resolveByNameServers(server.servers));
    await expect(egress.request('http://app.example/')).rejects.toMatchObject({ name: 'EgressRefused' });
    server.close();
  });

  it.each(['localhost', 'app.localhost', 'LOCALHOST.'])(
    '%s is this machine, and no name server is asked',
    async (host) => {
      const server = await nameServer([192, 0, 2, 7]);
      const found = await resolveByNameServers(server.servers)(host);
      expect(found.map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
      expect(server.questions()).toBe(0);
      server.close();
    },
  );

  it('that no name server knows says so', async () => {
    const server = await nameServer();
    await expect(resolveByNameServers(server.servers)('app.example')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
    server.close();
  });
});
