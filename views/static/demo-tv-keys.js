/* A remote control has four arrows, a button in their middle (Enter) and one that leads back (Escape). */

/** Moves the focus between the buttons of `root`, and into the drawer and back. */
export function moveByArrows(root, toggleDrawer) {
  addEventListener('keydown', (event) => {
    const drawer = document.getElementById('drawer');
    const list = document.getElementById('log');
    const inDrawer = drawer.contains(document.activeElement);
    if ((event.key === 'Escape' || event.key === 'Backspace') && !drawer.hidden) toggleDrawer();
    else if (event.key === 'ArrowLeft' && inDrawer) document.querySelector('[data-do="drawer"]').focus();
    // Up and down scroll the list.
    else if (inDrawer || !event.key.startsWith('Arrow')) return;
    else if (event.key === 'ArrowRight' && isLast(root) && !drawer.hidden) list.focus();
    else step(root, event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 1);
    event.preventDefault();
  });
}

const buttonsOf = (root) => [...root.querySelectorAll('button')].filter((button) => !button.hidden);
const isLast = (root) => buttonsOf(root).at(-1) === document.activeElement;

/** At either end it stays. From nowhere it comes to the first. */
function step(root, by) {
  const buttons = buttonsOf(root);
  const at = buttons.indexOf(document.activeElement);
  buttons[at === -1 ? 0 : Math.min(Math.max(at + by, 0), buttons.length - 1)].focus();
}
