/*
 * The page that waits for a device comes whole without this: its own answer says what has come of it by then. Where that
 * is nothing yet, this goes on asking, and puts into the page what it hears.
 */
const PAUSE = 5000;
const LATE = 20_000;

const root = document.documentElement;
/** That nothing has come yet is said when it takes long, and not before. */
root.classList.add('asks');
setTimeout(() => root.classList.remove('asks'), LATE);

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', waitForDevice);
else waitForDevice();

async function waitForDevice() {
  const held = document.querySelector('.link-held');
  // The title of a page that was still coming was sent before its answer.
  const { title } = held?.querySelector('.link-answer')?.dataset ?? {};
  if (title) document.title = title;
  while (held && !held.querySelector('.link-answer')) {
    const asked = Date.now();
    await ask(held);
    // What is answered at once is not asked again at once.
    if (!held.querySelector('.link-answer') && Date.now() - asked < PAUSE)
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** Without an answer the page stays as it is. */
async function ask(held) {
  const address = `${location.pathname.replace(/\/$/, '')}/state${location.search}`;
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' }, redirect: 'manual' });
    // Signed out meanwhile, or too long ago: the page itself knows where to go.
    if (response.type === 'opaqueredirect') return location.reload();
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
    const part = answer.querySelector('.link-answer, .link-late');
    if (!part) return;
    held.replaceChildren(part);
    if (part.matches('.link-answer')) document.title = answer.title;
  } catch {
    root.classList.remove('asks');
  }
}
