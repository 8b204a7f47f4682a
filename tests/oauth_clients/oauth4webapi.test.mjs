import assert from 'node:assert/strict';
import test from 'node:test';
import * as oauth from 'oauth4webapi';
import { UserAgent, issuer, newUser, untilRefused } from './instance.mjs';

const options = { [oauth.allowInsecureRequests]: true }; // the instance has no TLS
const redirect_uri = 'com.example.pocket:/back';

async function discover(algorithm) {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...options, algorithm }));
}

async function registered(server, metadata) {
  return oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(server, metadata, options),
  );
}

test('oauth4webapi: both metadata documents are one', async () => {
  assert.deepEqual(await discover('oauth2'), await discover('oidc'));
});

test('oauth4webapi: a mobile app, from registration to revocation', async () => {
  const user = await newUser();
  const server = await discover('oidc');
  const client = await registered(server, {
    client_name: 'Pocket',
    redirect_uris: [redirect_uri],
    token_endpoint_auth_method: 'none',
  });
  const authentication = oauth.None();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid profile thoughts:read thoughts:write',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const parameters = oauth.validateAuthResponse(server, client, await new UserAgent(user).visit(url), state);

  const answer = await oauth.authorizationCodeGrantRequest(
    server, client, authentication, parameters, redirect_uri, verifier, options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, answer, options);
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);

  const info = await oauth.processUserInfoResponse(
    server, client, sub, await oauth.userInfoRequest(server, client, tokens.access_token, options),
  );
  assert.equal(info.name, user.username);

  // A resource server checks the token as RFC 9068 has it.
  const call = new Request('http://resource.example/', { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(server, call, issuer, options);
  assert.equal(claims.sub, sub);
  assert.equal(claims.client_id, client.client_id);

  const thought = await oauth.protectedResourceRequest(
    tokens.access_token, 'POST', new URL(`${issuer}/api/me/thoughts/`),
    new Headers({ 'content-type': 'application/json' }), JSON.stringify({ text: 'from an app' }), options,
  );
  assert.equal(thought.status, 201);

  const fresh = await oauth.processRefreshTokenResponse(
    server, client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token, options),
  );
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, client, authentication, fresh.refresh_token, options),
  );
  await untilRefused(fresh.access_token);
});

test('oauth4webapi: a user who says no', async () => {
  const server = await discover('oauth2');
  const client = await registered(server, { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' });
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri,
    response_type: 'code',
    code_challenge: await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier()),
    code_challenge_method: 'S256',
    state: 's',
  });
  const back = await new UserAgent(await newUser(), 'deny').visit(url);
  assert.equal(back.searchParams.get('iss'), issuer);
  assert.throws(() => oauth.validateAuthResponse(server, client, back, 's'), { error: 'access_denied' });
});

test('oauth4webapi: a server of its own, client credentials and introspection', async () => {
  const server = await discover('oauth2');
  const client = await registered(server, { grant_types: ['client_credentials'], client_name: 'Nightly job' });
  const authentication = oauth.ClientSecretBasic(client.client_secret);
  const tokens = await oauth.processClientCredentialsResponse(
    server, client,
    await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope: 'thoughts:read' }, options),
  );
  const told = await oauth.processIntrospectionResponse(
    server, client,
    await oauth.introspectionRequest(server, client, authentication, tokens.access_token, options),
  );
  assert.equal(told.active, true);
  assert.equal(told.sub, client.client_id);
});
