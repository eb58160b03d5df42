import type { Cluster, Redis } from 'ioredis';

/**
 * The commands that are sent to a Redis or a Cluster during what is done, scripts by their digests: work, whatever time it
 * takes. How clients stand is left out: all that is decided in one turn asks once, however many requests ask; see `statesAsked`.
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
  const sent: string[] = [];
  const send: Cluster['sendCommand'] = redis.sendCommand;
  const counted: Cluster['sendCommand'] = function (this: Cluster, command, stream, node) {
    const [first] = command.args;
    const script = command.name.startsWith('eval') ? ` ${first}` : '';
    const isOfStates = command.name === 'hget' && String(first).endsWith('{clients}:states');
    sent.push(isOfStates ? STATES : command.name + script);
    return send.call(this, command, stream, node);
  };
  redis.sendCommand = counted;
  try {
    await act();
  } finally {
    redis.sendCommand = send;
  }
  return sent;
}
