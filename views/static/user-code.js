/*
 * For the field of a device's code: shows it in two groups while it is typed, as the device does, with the dash between them
 * put there and taken away by itself. Without this the field takes the code as it is typed. What is no code, such as the
 * address behind a picture, stays as it is: the server reads it.
 */
const GROUP = 4;
const BETWEEN = /[\s\p{Pd}\u2212]/gu;

for (const input of document.querySelectorAll('.field-user-code input')) {
  const group = () => {
    const letters = input.value.replace(BETWEEN, '');
    const mayBeCode = letters.length <= 2 * GROUP && /^[a-z0-9]*$/i.test(letters);
    const isAtEnd = input.selectionStart === input.value.length;
    // The cursor in the midst of what stands there would jump.
    if (mayBeCode && (isAtEnd || document.activeElement !== input)) {
      const grouped = [letters.slice(0, GROUP), letters.slice(GROUP)].filter(Boolean).join('-');
      if (grouped !== input.value) input.value = grouped;
    }
    const isGrouped = /^.{0,4}$|^.{4}-.{1,4}$/.test(input.value);
    input.classList.toggle('in-groups', mayBeCode && isGrouped);
  };
  // An owner who composes a letter of several keys is not interrupted.
  input.addEventListener('input', ({ isComposing }) => isComposing || group());
  input.addEventListener('change', group);
  // What the browser has put there again.
  addEventListener('pageshow', group);
  group();
}
