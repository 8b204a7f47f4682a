// d8: whatever an app and its user keep secret stands in no log and in no table.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';
import { promisify } from 'node:util';
import { UserAgent, issuer, newUser, register } from './instance.mjs';

const run = promisify(execFile);
const state = process.env.STATE ?? '.dev';

async function post(path, form) {
  const answer = await fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form) });
  return { id: answer.headers.get('x-request-id'), ...(await answer.json()) };
}

async function logs() {
  let text = '';
  for (const file of await readdir(`${state}/log`)) text += await readFile(`${state}/log/${file}`, 'latin1');
  return text;
}

// Each secret of one log-in and one device, by name.
async function plant() {
  const redirect_uri = 'https://app.example/back';
  const { client_id, client_secret } = await register({
    redirect_uris: [redirect_uri],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  });
  const client = { client_id, client_secret };
  const user = await newUser();
  const code_verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${issuer}/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: 'code',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const code = (await new UserAgent(user).visit(url)).searchParams.get('code');
  const exchange = { ...client, grant_type: 'authorization_code', code, redirect_uri, code_verifier };
  const first = await post('/oauth/token', exchange);
  const second = await post('/oauth/token', { ...client, grant_type: 'refresh_token', refresh_token: first.refresh_token });
  const { device_code, user_code, verification_uri_complete } = await post('/oauth/device', client);
  await new UserAgent(user).visit(verification_uri_complete);
  const third = await post('/oauth/token', { ...client, grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code });
  await post('/oauth/introspect', { ...client, token: second.access_token });
  await post('/oauth/revoke', { ...client, token: third.refresh_token });
  const { id } = await post('/oauth/token', exchange); // an error, and the last request
  return {
    last: id,
    client_id,
    secrets: {
      client_secret, code, code_verifier, device_code, user_code,
      password: user.password,
      first_access: first.access_token, first_refresh: first.refresh_token,
      second_access: second.access_token, second_refresh: second.refresh_token,
      third_access: third.access_token, third_refresh: third.refresh_token,
      id_token: first.id_token,
    },
  };
}

test('d8: no secret of OAuth is in a log or in the database', async () => {
  const { last, client_id, secrets } = await plant();
  const end = Date.now() + 10000;
  let text = await logs();
  while (!text.includes(last)) { // NGINX writes its log once a second
    assert.ok(Date.now() < end, 'the last request is in no log');
    text = await logs();
  }
  const dump = await run('./dev', ['psql', '--state', state, '-c', `SELECT query_to_xml(
    (SELECT string_agg(format('SELECT t::text FROM %I t', relname), ' UNION ALL ') FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace), true, true, '')`], {
    cwd: process.env.REPOSITORY, maxBuffer: 1 << 28,
  });
  assert.ok(dump.stdout.includes(client_id), 'the whole database was read');
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret?.length >= 9, name);
    // The signature alone is enough to know a token again.
    const mark = secret.split('.').at(-1);
    assert.ok(!text.includes(mark), `${name} is in a log`);
    assert.ok(!dump.stdout.includes(mark), `${name} is in the database`);
  }
});
