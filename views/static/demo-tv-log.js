/* What the television asks and hears, for those who write a device themselves. */

/** What opens something, of which the beginning is enough to tell one from another. */
const SECRET = new Set(['device_code', 'access_token', 'refresh_token', 'id_token', 'token']);
const SHOWN = 4;
const MAX_ENTRIES = 100;

/** The newest stands first; the same question with the same answer counts up. */
export function logExchange({ begun, method, path, fields, bearer, status, body }) {
  const list = document.getElementById('log');
  const question = [`${method} ${path}`, bearer && `Authorization: Bearer ${shortened(bearer)}`, fields && linesOf(fields)];
  const asked = question.filter(Boolean).join('\n');
  const answer = status === 0 ? 'No answer' : `${status}${body.error ? ` ${body.error}` : ''}`;
  const key = `${asked}\n${answer}`;
  const first = list.firstElementChild;
  if (first?.dataset.key === key) return countUp(first, begun);
  const entry = document.createElement('li');
  entry.dataset.key = key;
  entry.append(
    line('log-time', new Date(begun).toTimeString().slice(0, 8)),
    part('pre', asked),
    line('log-answer', answer),
    part('pre', linesOf(body)),
  );
  list.prepend(entry);
  while (list.children.length > MAX_ENTRIES) list.lastElementChild.remove();
}

function countUp(entry, begun) {
  entry.dataset.times = String(Number(entry.dataset.times ?? 1) + 1);
  entry.firstElementChild.textContent = `${new Date(begun).toTimeString().slice(0, 8)}, ${entry.dataset.times} times`;
}

function linesOf(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${SECRET.has(name) ? shortened(value) : value}`)
    .join('\n');
}

function shortened(secret) {
  return `${String(secret).slice(0, SHOWN)}…`;
}

function line(className, text) {
  const made = part('p', text);
  made.className = className;
  return made;
}

function part(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
