// What the authorization server's pages are opened with.
import { createServer } from 'node:http';
import { issuer, register, someAddress } from '../instance/api.mjs';

// Of RFC 7636, appendix B.
const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

// An app on this machine: a client and the address that users come back to, which `back()` waits for.
export async function app(client_name = 'Pocket notes') {
  const server = createServer((request, response) => {
    server.emit('back', new URL(request.url, 'http://127.0.0.1'));
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Back</title><h1>Back in the app</h1>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const redirect_uri = `http://127.0.0.1:${server.address().port}/back`;
  const { client_id } = await register({ client_name, redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' });
  return {
    origin: new URL(redirect_uri).origin,
    exchange: (code) =>
      fetch(`${issuer}/oauth/token`, {
        method: 'POST',
        headers: { 'x-forwarded-for': someAddress() },
        body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id, code_verifier }),
      }),
    path: authorizePath(client_id, redirect_uri),
    back: () => new Promise((resolve) => server.once('back', resolve)),
    close: () => server.closeAllConnections() ?? server.close(),
  };
}

export const authorizePath = (client_id, redirect_uri) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid profile thoughts:read thoughts:write',
    state: 'a state',
    code_challenge,
    code_challenge_method: 'S256',
  })}`;

// A device that waits for its user; `path` is where its code leads to.
export async function device(client_name = 'Wall display') {
  const { client_id } = await register({
    client_name,
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
    token_endpoint_auth_method: 'none',
  });
  const answer = await fetch(`${issuer}/oauth/device`, {
    method: 'POST',
    headers: { 'x-forwarded-for': someAddress() },
    body: new URLSearchParams({ client_id }),
  });
  const { user_code, verification_uri_complete } = await answer.json();
  return { user_code, path: verification_uri_complete.replace(issuer, '') };
}
