// What no library asks for by itself: retries and copies, scripts of other sites, redirects with
// tricks; all through NGINX.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { UserAgent, issuer, newUser, register, statusWith, untilRefused } from './instance.mjs';

const redirect_uri = 'http://127.0.0.1:53114/back';
let app;
const theApp = async () =>
  (app ??= await register({ redirect_uris: ['http://127.0.0.1/back', 'https://app.example/back'], token_endpoint_auth_method: 'none' }));

async function ask(path, form, headers = {}) {
  const answer = await fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: answer.status, headers: answer.headers, json: await answer.json() };
}

async function question(more = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${issuer}/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: (await theApp()).client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid thoughts:read',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return { verifier, url };
}

async function codeForm() {
  const { verifier, url } = await question();
  const back = await new UserAgent(await newUser()).visit(url);
  return {
    grant_type: 'authorization_code',
    client_id: app.client_id,
    redirect_uri,
    code: back.searchParams.get('code'),
    code_verifier: verifier,
  };
}

const refresh = (refresh_token) =>
  ask('/oauth/token', { grant_type: 'refresh_token', client_id: app.client_id, refresh_token });

test('d4: sixteen refreshes at once get the same successor, and a copy ends the family', async () => {
  const first = (await ask('/oauth/token', await codeForm())).json;
  const answers = await Promise.all(Array.from({ length: 16 }, () => refresh(first.refresh_token)));
  for (const { status, json } of answers) {
    assert.equal(status, 200);
    assert.equal(json.refresh_token, answers[0].json.refresh_token);
  }
  const next = await refresh(answers[0].json.refresh_token);
  assert.equal(next.status, 200);
  const copy = await refresh(first.refresh_token);
  assert.equal(copy.status, 400);
  assert.equal(copy.json.error, 'invalid_grant');
  await untilRefused(next.json.access_token);
  assert.equal((await refresh(next.json.refresh_token)).status, 400);
});

test('d4: one code sixteen times is good once, and then its tokens are refused', async () => {
  const form = await codeForm();
  const answers = await Promise.all(Array.from({ length: 16 }, () => ask('/oauth/token', form)));
  const good = answers.filter(({ status }) => status === 200);
  assert.equal(good.length, 1);
  await untilRefused(good[0].json.access_token);
});

test('d4: a code with a wrong verifier changes nothing', async () => {
  const form = await codeForm();
  const first = await ask('/oauth/token', form);
  const replay = await ask('/oauth/token', { ...form, code_verifier: 'x'.repeat(43) });
  assert.equal(replay.json.error, 'invalid_grant');
  assert.equal(await statusWith(first.json.access_token), 200);
  assert.equal((await refresh(first.json.refresh_token)).status, 200);
});

test('d5: redirect_uris with tricks end on a page, never in a redirect', async () => {
  for (const uri of [
    'https://app.example/back/', 'https://app.example/back/more', 'https://app.example/', 'https://app.example/back?x=y',
    'https://app.example/back#x', 'https://app.example/BACK', 'https://APP.example/back', 'https://u@app.example/back',
    'https://app.example@evil.example/back', 'https://app.example\\@evil.example/back', 'https://app.example.evil.example/back',
    'https://app.example/x/%2e%2e/back', 'http://app.example/back', 'javascript:alert(1)', '//app.example/back',
    'http://127.0.0.1:80@evil.example/back', 'http://127.0.0.2/back',
  ]) {
    const answer = await fetch((await question({ redirect_uri: uri })).url, { redirect: 'manual' });
    assert.equal(answer.status, 400, uri);
    assert.equal(answer.headers.get('location'), null, uri);
    assert.match(answer.headers.get('content-type'), /^text\/html/);
  }
});

test('errors go back with iss and state', async () => {
  const answer = await fetch((await question({ scope: 'admin', state: 's' })).url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location'));
  assert.equal(back.searchParams.get('error'), 'invalid_scope');
  assert.equal(back.searchParams.get('state'), 's');
  assert.equal(back.searchParams.get('iss'), issuer);
});

test('scripts of other sites may use what apps call, and not the page where users log in', async () => {
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const origin = { origin: 'https://spa.example' };
  for (const name of ['token', 'revocation', 'registration', 'userinfo', 'introspection']) {
    const preflight = await fetch(metadata[`${name}_endpoint`], {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*', name);
    assert.match(preflight.headers.get('access-control-allow-methods'), /POST/);
  }
  for (const url of [metadata.jwks_uri, `${issuer}/.well-known/oauth-authorization-server`]) {
    assert.equal((await fetch(url, { headers: origin })).headers.get('access-control-allow-origin'), '*');
  }
  for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
    const answer = await fetch((await question()).url, { method, headers: origin, redirect: 'manual' });
    assert.equal(answer.headers.get('access-control-allow-origin'), null, method);
  }
});

test('every kind of answer of the token endpoint is JSON that no cache keeps', async () => {
  for (const form of [{}, { grant_type: 'password' }, { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'app-none' }]) {
    const { status, headers, json } = await ask('/oauth/token', form);
    assert.ok(status === 400 || status === 401);
    assert.ok(json.error);
    assert.match(headers.get('content-type'), /^application\/json/);
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});
