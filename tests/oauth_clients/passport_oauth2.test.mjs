import assert from 'node:assert/strict';
import test from 'node:test';
import OAuth2Strategy from 'passport-oauth2';
import { UserAgent, issuer, newUser, register, statusWith, untilRefused } from './instance.mjs';

// What passport does with a strategy, for one request.
function authenticate(strategy, request) {
  return new Promise((resolve, reject) => {
    const run = Object.create(strategy);
    run.redirect = (url) => resolve({ url });
    run.success = (user) => resolve({ user });
    run.fail = (challenge) => resolve({ challenge });
    run.error = reject;
    run.authenticate(request);
  });
}

test('passport-oauth2: log-in with PKCE, refresh, and a user who says no', async () => {
  const callbackURL = 'http://127.0.0.1:53113/back';
  const client = await register({ redirect_uris: ['http://127.0.0.1/back'] });
  const strategy = new OAuth2Strategy(
    {
      authorizationURL: `${issuer}/oauth/authorize`,
      tokenURL: `${issuer}/oauth/token`,
      clientID: client.client_id,
      clientSecret: client.client_secret,
      callbackURL,
      scope: ['openid', 'profile'],
      pkce: true,
      state: true,
    },
    (accessToken, refreshToken, params, profile, done) => done(null, { accessToken, refreshToken, params }),
  );
  const user = await newUser();
  const session = {};
  const begin = async (decision) => {
    const { url } = await authenticate(strategy, { session, query: {} });
    const back = await new UserAgent(user, decision).visit(url);
    return authenticate(strategy, { session, query: Object.fromEntries(back.searchParams) });
  };

  const { user: tokens } = await begin('allow');
  assert.equal(tokens.params.token_type, 'Bearer');
  assert.equal(await statusWith(tokens.accessToken), 200);

  const fresh = await new Promise((resolve, reject) => {
    strategy._oauth2.getOAuthAccessToken(tokens.refreshToken, { grant_type: 'refresh_token' }, (error, accessToken, refreshToken) =>
      error ? reject(error) : resolve({ accessToken, refreshToken }));
  });
  assert.equal(await statusWith(fresh.accessToken), 200);

  // It has no call for revocation.
  const answer = await fetch(`${issuer}/oauth/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ ...client, redirect_uris: '', token: fresh.refreshToken }),
  });
  assert.equal(answer.status, 200);
  await untilRefused(fresh.accessToken);

  assert.ok((await begin('deny')).challenge);
});
