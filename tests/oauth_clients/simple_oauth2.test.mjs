import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2';
import { UserAgent, issuer, newUser, register, statusWith, untilRefused } from './instance.mjs';

const redirect_uri = 'http://localhost:53112/back';

function configFor(client, authorizationMethod, more = {}) {
  return {
    client: { id: client.client_id, secret: client.client_secret },
    auth: {
      tokenHost: issuer,
      tokenPath: '/oauth/token',
      revokePath: '/oauth/revoke',
      ...more,
    },
    options: { authorizationMethod },
  };
}

for (const authorizationMethod of ['header', 'body']) {
  test(`simple-oauth2: code, refresh and revocation, secret in the ${authorizationMethod}`, async () => {
    const client = await register({ redirect_uris: ['http://localhost/back'] });
    const library = new AuthorizationCode(configFor(client, authorizationMethod, { authorizePath: '/oauth/authorize' }));
    const code_verifier = randomBytes(32).toString('base64url');
    const url = library.authorizeURL({
      redirect_uri,
      scope: ['openid', 'thoughts:read'],
      state: 'a&b=c',
      code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const back = await new UserAgent(await newUser()).visit(url);
    assert.equal(back.searchParams.get('state'), 'a&b=c');

    const first = await library.getToken({ code: back.searchParams.get('code'), redirect_uri, code_verifier });
    assert.equal(first.expired(), false);
    assert.equal(await statusWith(first.token.access_token), 200);
    const second = await first.refresh();
    assert.notEqual(second.token.refresh_token, first.token.refresh_token);
    await second.revokeAll(); // it takes an answer for good only when it is JSON
    await untilRefused(second.token.access_token);
    await assert.rejects(second.refresh(), (error) => error.data.payload.error === 'invalid_grant');
  });
}

test('simple-oauth2: client credentials', async () => {
  const client = await register({ grant_types: ['client_credentials'], client_name: 'simple' });
  const library = new ClientCredentials(configFor(client, 'header'));
  const { token } = await library.getToken({ scope: 'thoughts:read' });
  assert.equal(token.scope, 'thoughts:read');
  assert.equal('refresh_token' in token, false);
});
