import { type Cluster, Redis } from 'ioredis';

/**
 * The commands that are sent to one Redis during what is done, scripts by their digests: work, whatever time it takes. How
 * clients stand is left out: all that is decided in one turn asks once, however many requests ask; see `statesAsked`.
 */
export async function commandsSent(redis: Redis | Cluster, act: () => Promise<unknown>): Promise<string[]> {
  return (await sentDuring(redis, act)).filter((command) => command !== STATES);
}

/** How often it is asked during what is done how clients stand. */
export async function statesAsked(redis: Redis | Cluster, act: () => Promise<unknown>): Promise<number> {
  return (await sentDuring(redis, act)).filter((command) => command === STATES).length;
}

const STATES = 'hget {clients}:states';

async function sentDuring(redis: Redis | Cluster, act: () => Promise<unknown>): Promise<string[]> {
  if (!(redis instanceof Redis)) throw new Error('a Cluster sends by many connections');
  const sent: string[] = [];
  const send = redis.sendCommand;
  redis.sendCommand = function (command, stream) {
    const [first] = command.args;
    const script = command.name.startsWith('eval') ? ` ${first}` : '';
    const isOfStates = command.name === 'hget' && String(first).endsWith('{clients}:states');
    sent.push(isOfStates ? STATES : command.name + script);
    return send.call(this, command, stream);
  };
  try {
    await act();
  } finally {
    redis.sendCommand = send;
  }
  return sent;
}
