/**
 * The whole server in a process of its own, which watches how long its event loop is held up and how much memory it
 * keeps. Run by `watched-server.ts`; settings come from the environment, as for `src/main.ts`.
 */
import { readConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createLog } from '../../src/runtime/log.ts';
import { createServer } from '../../src/server/server.ts';
import { pagesOf, type Route } from './routes.ts';
import { TEST_SECRET } from './test-stores.ts';

export interface Figures {
  /** Milliseconds of its own time that the thread of the event loop was busy at a stretch, at most. */
  longestStall: number;
  /** Bytes, after everything that is not referred to is gone. */
  heap: number;
  /** Errors that no code caught, and lines of the log at `error`. */
  troubles: string[];
}

export type FromServer = { routes: Route[] } | { figures: Figures };

const TICK_MS = 5;
const troubles: string[] = [];
const tell = (message: FromServer) => process.send?.(message);

/** By the time of the thread, not of the wall: another process that takes the machine is no stall of ours. */
function watchEventLoop(): () => number {
  let longest = 0;
  let before = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
  }, TICK_MS).unref();
  return () => {
    const stall = longest;
    longest = 0;
    return stall;
  };
}

function keepTroubles(line: string): void {
  const { level } = JSON.parse(line) as { level: string };
  if (level === 'error' || level === 'fatal') troubles.push(line);
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: Error) => troubles.push(`${event}: ${error.stack}`));
}
const { config } = readConfig(process.env);
const routes: Route[] = [];
const server = await createServer(
  { ...config, redisUrl: config.redisUrl ?? '' },
  { master: new Secret([TEST_SECRET]) },
  {
    log: createLog('info', { write: keepTroubles }),
    mailer: { send: async () => undefined },
    seeRouters: (routers) => void routes.push(...pagesOf(routers)),
  },
);
await server.start();
const longestStall = watchEventLoop();
process.on('message', (question) => {
  if (question === 'stop') {
    void server.close().then(() => process.exit());
    return;
  }
  global.gc?.();
  const { heapUsed: heap } = process.memoryUsage();
  tell({ figures: { longestStall: longestStall(), heap, troubles: troubles.splice(0) } });
});
tell({ routes });
