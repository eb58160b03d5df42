/**
 * A device in a thread of its own, for the test of slow senders: it connects, has another connection make the server's thread
 * stand still, and sends its request meanwhile. Says what it was answered.
 */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, flags } = workerData as { port: number; flags: SharedArrayBuffer };
const [STANDING, SENT] = [0, 1];
const told = new Int32Array(flags);

const device = connect(port, '127.0.0.1', () => {
  const other = connect(port, '127.0.0.1', () => {
    other.resume().write('GET /stand-still HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', send);
  });
});

/** This thread does nothing else until the server stands still. */
function send(): void {
  Atomics.wait(told, STANDING, 0);
  device.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', () => {
    Atomics.store(told, SENT, 1);
    Atomics.notify(told, SENT);
  });
}

let answer = '';
device.setEncoding('latin1').on('data', (text: string) => {
  answer += text;
});
device.once('close', () => parentPort?.postMessage(answer.slice(0, answer.indexOf('\r\n'))));
