/**
 * An app without a server of its own. It has no secret: PKCE protects its sign-in, and its origin is the one of its
 * registered address, so the browser lets it ask for tokens (CORS). Its tokens live in this tab, no longer than it is open.
 */
const main = document.querySelector('main');
const manager = new oidc.UserManager({
  authority: main.dataset.issuer,
  client_id: 'example-app',
  redirect_uri: `${location.origin}/signed-in`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid profile',
  userStore: new oidc.WebStorageStateStore({ store: sessionStorage }),
});

function show(words, label, act) {
  const button = document.createElement('button');
  button.textContent = label;
  button.addEventListener('click', act);
  main.replaceChildren(words, ' ', button);
}

async function start() {
  if (location.pathname === '/signed-in') {
    await manager.signinRedirectCallback();
    history.replaceState(null, '', '/');
  }
  const user = await manager.getUser();
  if (user) show(`Hello, ${user.profile.name ?? 'you'}.`, 'Sign out', () => manager.signoutRedirect());
  else show('You are not signed in.', 'Sign in', () => manager.signinRedirect());
}

start().catch((error) =>
  show(`Not signed in: ${error.message}`, 'Try again', () => manager.signinRedirect()),
);
