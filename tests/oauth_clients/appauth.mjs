import assert from 'node:assert/strict';
import test from 'node:test';
import {
  AuthorizationRequest,
  AuthorizationRequestHandler,
  AuthorizationServiceConfiguration,
  BaseTokenRequestHandler,
  BasicQueryStringUtils,
  GRANT_TYPE_AUTHORIZATION_CODE,
  GRANT_TYPE_REFRESH_TOKEN,
  RevokeTokenRequest,
  TokenRequest,
} from '@openid/appauth';
import { NodeCrypto, NodeRequestor } from '@openid/appauth/built/src/node_support';
import { UserAgent, issuer, newUser, register, statusWith, untilRefused } from './instance.mjs';

const redirect_uri = 'com.example.notes:/oauth2redirect';

test('AppAuth: a mobile app that asks for no more than its API', async () => {
  const client = await register({
    client_name: 'Notes',
    application_type: 'native',
    redirect_uris: [redirect_uri],
    token_endpoint_auth_method: 'none',
  });
  const requestor = new NodeRequestor();
  const configuration = await AuthorizationServiceConfiguration.fetchFromIssuer(issuer, requestor);
  const request = new AuthorizationRequest(
    { client_id: client.client_id, redirect_uri, scope: 'openid thoughts:read' },
    new NodeCrypto(),
  );
  await request.setupCodeVerifier();
  const handler = new AuthorizationRequestHandler(new BasicQueryStringUtils(), new NodeCrypto());
  const back = await new UserAgent(await newUser()).visit(handler.buildRequestUrl(configuration, request));
  assert.equal(back.searchParams.get('state'), request.state);

  const tokens = new BaseTokenRequestHandler(requestor);
  const first = await tokens.performTokenRequest(
    configuration,
    new TokenRequest({
      client_id: client.client_id,
      redirect_uri,
      grant_type: GRANT_TYPE_AUTHORIZATION_CODE,
      code: back.searchParams.get('code'),
      extras: { code_verifier: request.internal.code_verifier },
    }),
  );
  assert.ok(first.isValid());
  assert.ok(first.refreshToken, 'an app gets a refresh token without asking for offline_access');
  const second = await tokens.performTokenRequest(
    configuration,
    new TokenRequest({
      client_id: client.client_id,
      redirect_uri,
      grant_type: GRANT_TYPE_REFRESH_TOKEN,
      refresh_token: first.refreshToken,
    }),
  );
  assert.equal(await statusWith(second.accessToken), 200);

  const revocation = new RevokeTokenRequest({ token: second.refreshToken, client_id: client.client_id });
  assert.equal(await tokens.performRevokeTokenRequest(configuration, revocation), true);
  await untilRefused(second.accessToken);
});
