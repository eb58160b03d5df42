import { createServer } from 'node:net';

const HOST = '127.0.0.1';
/** Below those that systems give to outgoing connections, one of which could take it before it is used again. */
const [LOWEST, HIGHEST] = [12_000, 32_000];

export interface HeldPort {
  port: number;
  release(): Promise<void>;
}

/** A free port of the loopback address, kept free until it is released. */
export async function holdPort(): Promise<HeldPort> {
  for (;;) {
    const held = await hold(LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST)));
    if (held) return held;
  }
}

/** Let go before it is used, so that a clash is unlikely and not impossible; good for starting again on it. */
export async function freePort(): Promise<number> {
  const { port, release } = await holdPort();
  await release();
  return port;
}

function hold(port: number): Promise<HeldPort | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, HOST, () => {
      resolve({ port, release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}
