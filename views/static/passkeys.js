/*
 * The only script of this server: asks the browser for a passkey, puts the answer in the form, and sends the form.
 * The form says what to ask for: `data-passkey` is `get` or `create`, `data-options` the request as JSON.
 */
(() => {
  const { browserSupportsWebAuthn, startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;
  const form = document.querySelector('form[data-passkey]');
  const button = form?.querySelector('button[type=submit]');
  if (!form || !button) return;
  const problem = form.querySelector('[data-passkey-problem]');
  const say = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };

  const WORDS = {
    NotAllowedError: 'It was cancelled, or took too long. Try again.',
    InvalidStateError: 'This device has a passkey of your account already.',
    ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: 'This device has a passkey of your account already.',
  };

  const ask = () => {
    const optionsJSON = JSON.parse(form.dataset.options);
    return form.dataset.passkey === 'create'
      ? startRegistration({ optionsJSON })
      : startAuthentication({ optionsJSON });
  };

  if (!browserSupportsWebAuthn()) {
    say('This browser has no passkeys. Choose another way.');
    return;
  }
  button.hidden = false;
  form.addEventListener('submit', async (event) => {
    if (form.elements.response.value !== '') return;
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      form.elements.response.value = JSON.stringify(await ask());
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(WORDS[error.code] ?? WORDS[error.name] ?? 'The passkey could not be used. Try again, or choose another way.');
    }
  });
})();
