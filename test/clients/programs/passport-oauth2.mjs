/** A website on passport-oauth2: no PKCE, no state, no nonce, the secret in the body. */
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OAuth2Strategy from 'passport-oauth2';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;
const metadata = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();

const strategy = new OAuth2Strategy(
  {
    authorizationURL: metadata.authorization_endpoint,
    tokenURL: metadata.token_endpoint,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    callbackURL: `http://localhost:${PORT}/callback`,
    scope: ['openid', 'profile', 'email'],
  },
  (_accessToken, _refreshToken, profile, done) => done(null, profile),
);
strategy._oauth2.useAuthorizationHeaderforGET(true);
strategy.userProfile = function userProfile(accessToken, done) {
  this._oauth2.get(metadata.userinfo_endpoint, accessToken, (error, body) =>
    error ? done(error) : done(null, JSON.parse(body)),
  );
};
passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(session({ secret: 'of this website alone', resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get('/login', passport.authenticate('oauth2'));
app.get('/callback', passport.authenticate('oauth2', { successRedirect: '/', failureRedirect: '/failed' }));
app.get('/', (request, response) => response.send(`<pre>${JSON.stringify(request.user ?? null)}</pre>`));
app.listen(Number(PORT), 'localhost');
