/** A connection on its way from the process that listens to the worker that is to serve it. */

interface Handle {
  close(): void;
}

/** A worker's process, as `node:child_process` has it. */
interface Receiver {
  send: (...sent: never[]) => boolean;
  once(event: 'exit', listener: (code: number | null) => void): unknown;
}

/** With which worker each is. */
const withWorker = new WeakMap<Handle, Receiver>();

/**
 * Closes what was on its way to a worker when it was killed. `node:cluster` keeps a connection open until the worker says that
 * it has it, also when it never will: its client would wait for an answer without end, and not come again.
 */
export function closeWithWorker(worker: Receiver): void {
  const { send } = worker;
  let handed: Handle | undefined;
  worker.send = function sendOn(...sent) {
    const [, handle] = sent as readonly unknown[];
    if (isHandle(handle)) {
      withWorker.set(handle, worker);
      handed = handle;
    }
    return send.apply(worker, sent);
  };
  worker.once('exit', (code) => {
    // One that ended in order has said what it has not taken, and that went to another worker.
    if (code !== 0 && handed && withWorker.get(handed) === worker) handed.close();
  });
}

function isHandle(sent: unknown): sent is Handle {
  return typeof sent === 'object' && sent !== null && 'close' in sent && typeof sent.close === 'function';
}
