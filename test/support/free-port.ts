import { createServer, type ListenOptions, type Server } from 'node:net';

const HOST = '127.0.0.1';
/** Below those that systems give to outgoing connections, one of which could take it before it is used again. */
const RANGE = { lowest: 12_000, beyond: 32_000 };

interface HeldPort {
  port: number;
  release(): Promise<void>;
}

/** A free port of the loopback address, kept free until it is released. */
export async function holdPort({ lowest, beyond } = RANGE): Promise<HeldPort> {
  for (;;) {
    const held = await hold(lowest + Math.floor(Math.random() * (beyond - lowest)));
    if (held) return held;
  }
}

/**
 * Let go before it is used, and good for starting again on it, or for a server that is not there: no other test is given it
 * while this process lives.
 */
export async function freePort(range = RANGE): Promise<number> {
  const { port, release } = await holdPort(range);
  await release();
  return port;
}

async function hold(port: number): Promise<HeldPort | undefined> {
  const claim = await claimed(port);
  return claim && listening(port, claim);
}

/**
 * A socket that has a name and no file, which ends with this process: who has it may give the port away. No port of UDP
 * serves for it: Caddy listens there, too. Other systems than Linux have none, and two tests may meet there.
 */
async function claimed(port: number): Promise<Server | undefined> {
  const claim = createServer().unref();
  if (process.platform !== 'linux') return claim;
  return listen(claim, { path: `\0latchkey-test-port-${port}`, exclusive: true });
}

async function listening(port: number, claim: Server): Promise<HeldPort | undefined> {
  const server = await listen(createServer(), { port, host: HOST });
  if (!server) claim.close();
  return server && { port, release: () => new Promise((released) => server.close(() => released())) };
}

/** `undefined`: another listens there. */
function listen(server: Server, where: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(where, () => resolve(server));
  });
}
