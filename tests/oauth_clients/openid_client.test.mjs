import assert from 'node:assert/strict';
import test from 'node:test';
import * as client from 'openid-client';
import { UserAgent, issuer, newUser, statusWith, untilRefused } from './instance.mjs';

const server = new URL(issuer);
const insecure = { execute: [client.allowInsecureRequests] }; // the instance has no TLS
const redirect_uri = 'http://127.0.0.1:53111/back';

// Code with PKCE, from registration to the last use of a token.
async function signIn(config, user, scope) {
  const code_verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
  });
  const back = await new UserAgent(user).visit(url);
  return client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: code_verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
}

test('openid-client: a public client', async () => {
  const user = await newUser();
  const config = await client.dynamicClientRegistration(
    server,
    { client_name: 'openid-client', redirect_uris: ['http://127.0.0.1/back'], token_endpoint_auth_method: 'none' },
    client.None(),
    insecure,
  );
  client.enableNonRepudiationChecks(config); // checks the id_token's signature by the key set
  const tokens = await signIn(config, user, 'openid profile thoughts:read offline_access');
  const { sub } = tokens.claims();
  const info = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(info.preferred_username, user.username);

  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(fresh.refresh_token, tokens.refresh_token);
  assert.equal(fresh.claims().sub, sub);
  assert.equal(await statusWith(fresh.access_token), 200);

  await client.tokenRevocation(config, fresh.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, fresh.refresh_token), { error: 'invalid_grant' });
  await untilRefused(fresh.access_token);
});

for (const [method, authentication] of [
  ['client_secret_basic', client.ClientSecretBasic],
  ['client_secret_post', client.ClientSecretPost],
]) {
  test(`openid-client: a client with a secret, by ${method}`, async () => {
    const user = await newUser();
    const registered = await client.dynamicClientRegistration(
      server,
      {
        redirect_uris: ['http://127.0.0.1/back'],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        token_endpoint_auth_method: method,
      },
      undefined,
      insecure,
    );
    const { client_id, client_secret } = registered.clientMetadata();
    const config = await client.discovery(server, client_id, {}, authentication(client_secret), insecure);

    const own = await client.clientCredentialsGrant(config);
    assert.equal(own.refresh_token, undefined);

    const tokens = await signIn(config, user, 'openid thoughts:write');
    const state = await client.tokenIntrospection(config, tokens.access_token);
    assert.equal(state.active, true);
    assert.equal(state.username, user.username);
    await client.tokenRevocation(config, tokens.access_token);
    await untilRefused(tokens.access_token);
    assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(await statusWith(fresh.access_token), 200);
  });
}

test('openid-client: a device', async () => {
  const user = await newUser();
  const config = await client.dynamicClientRegistration(
    server,
    {
      client_name: 'A set-top box',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
    client.None(),
    insecure,
  );
  const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid thoughts:read' });
  const polling = client.pollDeviceAuthorizationGrant(config, begun);
  await new UserAgent(user).visit(begun.verification_uri_complete);
  const tokens = await polling;
  assert.equal(await statusWith(tokens.access_token), 200);
  assert.ok((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token);
});

test('openid-client: a device that its user denies', async () => {
  const config = await client.dynamicClientRegistration(
    server,
    { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'], token_endpoint_auth_method: 'none' },
    client.None(),
    insecure,
  );
  const begun = await client.initiateDeviceAuthorization(config, { scope: 'thoughts:read' });
  await new UserAgent({ ...(await newUser()), user_code: begun.user_code }, 'deny').visit(begun.verification_uri);
  await assert.rejects(client.pollDeviceAuthorizationGrant(config, begun), { error: 'access_denied' });
});
