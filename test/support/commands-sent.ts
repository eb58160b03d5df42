import { type Cluster, Redis } from 'ioredis';

/** The names of the commands that are sent to one Redis during what is done: work, whatever time it takes. */
export async function commandsSent(redis: Redis | Cluster, act: () => Promise<unknown>): Promise<string[]> {
  if (!(redis instanceof Redis)) throw new Error('a Cluster sends by many connections');
  const sent: string[] = [];
  const send = redis.sendCommand;
  redis.sendCommand = function (command, stream) {
    sent.push(command.name);
    return send.call(this, command, stream);
  };
  try {
    await act();
  } finally {
    redis.sendCommand = send;
  }
  return sent;
}
