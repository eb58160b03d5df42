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

  const words = JSON.parse(problem.dataset.words);
  const WORDS = {
    NotAllowedError: words.cancelled,
    InvalidStateError: words.there,
    ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: words.there,
  };

  const ask = () => {
    const optionsJSON = JSON.parse(form.dataset.options);
    return form.dataset.passkey === 'create'
      ? startRegistration({ optionsJSON })
      : startAuthentication({ optionsJSON });
  };

  if (!browserSupportsWebAuthn()) {
    say(words.none);
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
      say(WORDS[error.code] ?? WORDS[error.name] ?? words.failed);
    }
  });
})();
