// A whole client in 30 lines: node sample.mjs http://localhost:8080 (docs/oauth.md goes through it).
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const issuer = process.argv[2] ?? 'http://localhost:8080';
const send = async (url, body, headers = {}) => {
  const answer = await fetch(url, { method: 'POST', body, headers });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${json.error ?? answer.status}: ${json.error_description ?? json.detail}`);
  return json;
};
const server = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
const metadata = { client_name: 'Sample', redirect_uris: ['http://127.0.0.1/back'], token_endpoint_auth_method: 'none' };
const { client_id } = await send(server.registration_endpoint, JSON.stringify(metadata));

const code_verifier = randomBytes(32).toString('base64url');
const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
const state = randomBytes(16).toString('base64url');
const listener = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => listener.once('listening', resolve));
const redirect_uri = `http://127.0.0.1:${listener.address().port}/back`;
const question = { response_type: 'code', client_id, redirect_uri, scope: 'thoughts:read thoughts:write', state, code_challenge, code_challenge_method: 'S256' };
console.log(`Open ${server.authorization_endpoint}?${new URLSearchParams(question)}`);

const [request, response] = await new Promise((resolve) => listener.once('request', (...pair) => resolve(pair)));
response.end('Done: close this page.');
listener.close();
const back = new URL(request.url, redirect_uri).searchParams;
if (back.get('state') !== state || back.get('iss') !== server.issuer) throw new Error('not the answer to our question');
if (back.has('error')) throw new Error(back.get('error'));
const exchange = { grant_type: 'authorization_code', code: back.get('code'), redirect_uri, client_id, code_verifier };
const tokens = await send(server.token_endpoint, new URLSearchParams(exchange));
const headers = { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' };
console.log(await send(`${issuer}/api/me/thoughts/`, JSON.stringify({ text: 'Written by the sample client' }), headers));
