/** Most of what Redis keeps of a device is text that its key and its id say in any case: that is left out, and put back as it is read. */
import type { Payload } from '../devices/payload.ts';

/** Stands in a payload of which something was left out; what was written before has none. */
const LEFT_OUT = '=';

/** @param known what the place of this payload says; left out only where the payload says all of it, and the same */
export function leanPayload(payload: Payload, known: Payload): Payload {
  const says = ([name, value]: [string, unknown]) => payload[name] === value;
  if (LEFT_OUT in payload || !Object.entries(known).every(says)) return payload;
  const kept = Object.entries(payload).filter(([name]) => !(name in known));
  return { [LEFT_OUT]: 1, ...Object.fromEntries(kept) };
}

/** The same, whole again. */
export function wholePayload(payload: Payload, known: () => Payload): Payload {
  if (payload[LEFT_OUT] !== 1) return payload;
  const whole: Record<string, unknown> = { ...known() };
  for (const name in payload) if (name !== LEFT_OUT) whole[name] = payload[name];
  return whole;
}
