import { type Cluster, Redis } from 'ioredis';

/** The commands that are sent to one Redis during what is done, scripts by their digests: work, whatever time it takes. */
export async function commandsSent(redis: Redis | Cluster, act: () => Promise<unknown>): Promise<string[]> {
  if (!(redis instanceof Redis)) throw new Error('a Cluster sends by many connections');
  const sent: string[] = [];
  const send = redis.sendCommand;
  redis.sendCommand = function (command, stream) {
    const script = command.name.startsWith('eval') ? ` ${command.args[0]}` : '';
    sent.push(command.name + script);
    return send.call(this, command, stream);
  };
  try {
    await act();
  } finally {
    redis.sendCommand = send;
  }
  return sent;
}
