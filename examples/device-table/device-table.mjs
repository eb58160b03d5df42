/**
 * A maker's backend that knows which of its devices are linked, by webhooks alone. The server was started with
 * WEBHOOKS_FILE=examples/device-table/webhooks.example.json. Node.js has all that is needed.
 *
 *   npm start      then: curl http://localhost:4003/devices
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const { PORT = '4003' } = process.env;
const { WEBHOOK_SECRET = 'whsec_Zm9yLWRldmVsb3BtZW50LW9ubHktbmV2ZXItZm9yLXByb2R1Y3Rpb24=' } = process.env;
const KEY = Buffer.from(WEBHOOK_SECRET.replace('whsec_', ''), 'base64');
/** Seconds: what is older may be an attacker's copy. */
const TOLERANCE = 300;

/** Device -> what is known of it. */
const devices = new Map();
/** Account, or client -> `sequence` of the last end of everything: what was linked before has ended, whichever is heard first. */
const ends = new Map();
const ENDS_ALL = [
  ...['signed_out_everything', 'password_changed', 'disabled', 'closed', 'recovery_done'],
  ...['enabled', 'ended', 'deleted'],
];

/** Webhooks come in no order. Within an account `sequence` rises: a time in milliseconds, and a number. */
function isLater(one, other) {
  const [[at, count], [otherAt, otherCount]] = [one, other].map((text) => text.split('-').map(Number));
  return at > otherAt || (at === otherAt && count > otherCount);
}

function apply({ type, data: { account, sequence, device, client } }) {
  const whose = account ?? client?.client_id;
  const [group, what] = type.split('.');
  if (group === 'device') {
    const known = devices.get(device.id);
    // One that comes a second time, or late, changes nothing.
    if (known && !isLater(sequence, known.sequence)) return;
    const isLinked = !['deregistered', 'signed_off', 'replayed'].includes(what);
    devices.set(device.id, { account, client: device.client_id, isLinked, sequence });
  } else if (ENDS_ALL.includes(what) && isLater(sequence, ends.get(whose) ?? '0-0')) {
    ends.set(whose, sequence);
  }
}

function linked() {
  const isAlive = ({ account, client, isLinked, sequence }) =>
    isLinked && [account, client].every((whose) => isLater(sequence, ends.get(whose) ?? '0-0'));
  return [...devices]
    .filter(([, device]) => isAlive(device))
    .map(([id, { account, client }]) => ({ id, account, client }));
}

/** Standard Webhooks: `v1,` and an HMAC of id, time and body, one for each key that is in use. */
function isOurs(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(seconds)) < TOLERANCE)) return false;
  const expected = createHmac('sha256', KEY).update(`${id}.${seconds}.${body}`).digest();
  return String(signatures)
    .split(' ')
    .map((one) => Buffer.from(one.replace('v1,', ''), 'base64'))
    .some((one) => one.length === expected.length && timingSafeEqual(one, expected));
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET' && request.url === '/devices') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(linked()));
    return;
  }
  const body = await text(request);
  if (request.method !== 'POST' || request.url !== '/webhooks' || !isOurs(request.headers, body)) {
    response.writeHead(403).end();
    return;
  }
  apply(JSON.parse(body));
  response.writeHead(204).end();
});
server.listen(Number(PORT), () => console.log(`hears on http://localhost:${PORT}/webhooks`));
