/**
 * What is to happen when a turn of the event loop ends: when all that has come in with it was looked at, and before the
 * next is waited for. Calls to the store are put together first, what they write then leaves with what else was written.
 */
type Act = () => void;

const gathered = { calls: [] as Act[], writes: [] as Act[] };
let isComing = false;

/** @param act never throws */
export function atEndOfTurn(kind: keyof typeof gathered, act: Act): void {
  gathered[kind].push(act);
  if (!isComing) setImmediate(end);
  isComing = true;
}

function end(): void {
  try {
    run('calls');
    run('writes');
  } finally {
    isComing = false;
  }
}

/** What comes up meanwhile is of this turn, too. */
function run(kind: keyof typeof gathered): void {
  const acts = gathered[kind];
  for (let index = 0; index < acts.length; index += 1) acts[index]?.();
  gathered[kind] = [];
}
