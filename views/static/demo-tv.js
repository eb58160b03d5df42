/*
 * The demonstration television: shows what its client (demo-tv-client.js) comes to. What each state says stands in the
 * page; here one of them is shown, its blanks are filled in, and what is asked for is listed in the drawer.
 */
import { DeviceClient, endsFirst } from './demo-tv-client.js';
import { moveByArrows } from './demo-tv-keys.js';
import { logExchange } from './demo-tv-log.js';

/** Milliseconds between two looks whether it is still linked. */
const LOOK = 5000;
/** Codes that are shown one after the other without an owner at the set: an hour of them. */
const MAX_UNUSED = 6;

const root = document.getElementById('main');
const { client, type, name, issuer } = root.dataset;
const KEPT = `television ${type} ${name}`;
const device = new DeviceClient(client, { device_name: name, device_type: type }, logExchange);

/** What resolves at the next press of that button. */
const presses = new Map();
const pressed = (act) => new Promise((resolve) => presses.set(act, resolve));

addEventListener('click', ({ target }) => {
  const act = target.closest('[data-do]')?.dataset.do;
  if (act === 'drawer') toggleDrawer();
  else presses.get(act)?.();
});

moveByArrows(root, toggleDrawer);
play();

async function play() {
  if (location.origin !== issuer) return sayWhere();
  await device.discover();
  for (let tokens = kept(); ; tokens = undefined) {
    tokens ??= await link();
    keep(tokens);
    await stayLinked(tokens);
    keep(undefined);
  }
}

/** Shows codes until one is confirmed. */
async function link() {
  for (let unused = 0; ; ) {
    const code = await device.askForCode();
    const outcome = code.error ? code : await showCode(code);
    if (outcome.tokens) return outcome.tokens;
    unused = outcome.ended === 'expired' ? unused + 1 : 0;
    if (outcome.error) await waitAt('trouble', { trouble: `The server answered “${outcome.error}”.` });
    else if (outcome.ended === 'denied') await waitAt('denied');
    else if (unused === MAX_UNUSED) await waitAt('asleep');
    if (unused === MAX_UNUSED) unused = 0;
  }
}

async function showCode(code) {
  const { host, pathname } = new URL(code.address);
  show('code', { address: host + pathname, code: code.userCode });
  const picture = document.querySelector('[data-say="qr"]');
  if (picture) picture.src = `/demo/tv/qr?user_code=${encodeURIComponent(code.userCode)}`;
  const stopCounting = countDown(code);
  const outcome = await device.poll(code, pressed('again'));
  stopCounting();
  return outcome;
}

function countDown({ expiresAt, lifetime }) {
  const [bar, words] = [document.querySelector('.set-bar span'), document.querySelector('[data-say="wait"]')];
  const draw = () => {
    const left = Math.max(0, expiresAt - Date.now());
    bar.style.inlineSize = `${(100 * left) / lifetime}%`;
    const seconds = Math.floor(left / 1000);
    words.textContent = `New code in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  draw();
  const timer = setInterval(draw, 1000);
  return () => clearInterval(timer);
}

/** Until its owner removes it, or it is signed out here. */
async function stayLinked(first) {
  const leaving = pressed('sign-out');
  for (let tokens = first; ; ) {
    const { ended, owner, tokens: held } = await device.whoIsIt(tokens);
    if (ended) return waitAt('removed');
    tokens = held;
    keep(tokens);
    if (owner) show('hello', { name: owner.name ?? 'you', email: owner.email ?? owner.sub, list: `${location.host}/account` });
    if (await endsFirst(leaving, LOOK)) return device.signOut(tokens);
  }
}

/** Shows a state that only a person ends. */
async function waitAt(state, blanks) {
  show(state, blanks);
  await pressed('again');
}

/** What is shown already stays as it is, with its focus. */
function show(state, blanks = {}) {
  for (const blank of document.querySelectorAll('[data-say]'))
    if (Object.hasOwn(blanks, blank.dataset.say)) blank.textContent = blanks[blank.dataset.say];
  const set = document.querySelector('.set');
  const title = document.querySelector(`[data-state~="${state}"][data-title]`).dataset.title;
  const words = title.replace('{name}', () => blanks.name);
  const heading = document.getElementById('title');
  if (heading.textContent !== words) heading.textContent = words;
  if (set.dataset.now === state) return;
  set.dataset.now = state;
  for (const part of document.querySelectorAll('[data-state]'))
    part.hidden = !part.dataset.state.split(' ').includes(state);
  // What can be done now comes first, unless its reader is in the drawer.
  if (!document.getElementById('drawer').contains(document.activeElement)) firstButton().focus();
}

function firstButton() {
  return [...document.querySelectorAll('.set-acts button')].find((button) => !button.hidden);
}

function toggleDrawer() {
  const drawer = document.getElementById('drawer');
  drawer.hidden = !drawer.hidden;
  document.body.classList.toggle('with-drawer', !drawer.hidden);
  const button = document.querySelector('[data-do="drawer"]');
  button.setAttribute('aria-expanded', String(!drawer.hidden));
  button.focus();
}

/** The server answers pages at its own address alone. */
function sayWhere() {
  const words = `This page plays a TV at ${issuer}/demo/tv alone. To have it here, start the server with ISSUER=${location.origin}.`;
  show('trouble', { trouble: words });
}

/** A television stays linked when its page is read again, and forgets when its tab is closed. */
function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') ?? undefined;
}

function keep(tokens) {
  if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
  else sessionStorage.removeItem(KEPT);
}
