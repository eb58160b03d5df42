/*
 * For a field of a new password: says while one types how many characters are still missing, and shows what was typed when
 * asked to. Without this the field is as it is, and what is too short is said once it was sent.
 */
const count = (text) => [...text.normalize('NFKC')].length;
/** A reader of the screen is told when one pauses, not at each key. */
const PAUSE = 1000;

for (const input of document.querySelectorAll('input[data-shortest]')) {
  const words = JSON.parse(input.dataset.words);
  const row = document.createElement('div');
  row.className = 'password-tools';
  const counter = Object.assign(document.createElement('span'), { className: 'hint', ariaHidden: 'true' });
  const told = Object.assign(document.createElement('span'), { className: 'visually-hidden', role: 'status' });
  const show = Object.assign(document.createElement('button'), { type: 'button', className: 'in-text' });
  row.append(counter, told, show);
  input.after(row);

  const reveal = (shown) => {
    input.type = shown ? 'text' : 'password';
    show.textContent = shown ? words.hide : words.show;
  };
  reveal(false);
  show.addEventListener('click', () => reveal(input.type === 'password'));
  // So that the browser keeps it as a password, and not as text to offer again.
  input.form.addEventListener('submit', () => reveal(false));

  const say = () => {
    const missing = Number(input.dataset.shortest) - count(input.value);
    const isEnough = missing <= 0;
    row.classList.toggle('is-enough', isEnough);
    if (input.value === '') counter.textContent = '';
    else if (isEnough) counter.textContent = words.enough;
    else counter.textContent = words.missing[missing - 1];
  };
  let pause;
  input.addEventListener('input', () => {
    say();
    clearTimeout(pause);
    pause = setTimeout(() => {
      told.textContent = counter.textContent;
    }, PAUSE);
  });
  // What the browser has put there again.
  say();
}
