// What tests in Node share: the instance under test, from the environment that ./dev test sets, and
// its API as they use it to prepare things.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const issuer = `http://localhost:${process.env.PUBLIC_PORT ?? 8080}`;

// Somebody's address, of a documentation network: an instance of ./dev believes what is on this
// machine. So the tests are no single client who asks too much.
export const someAddress = () => `2001:db8:${randomBytes(4).toString('hex').replace(/.{4}/, '$&:')}::1`;

// Calls the API and returns the answer's JSON, which must come with `status`. One that is told to
// come later does.
export async function call(method, path, { token, json, status = 200 } = {}) {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': someAddress() };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(issuer + path, { method, headers, body: json && JSON.stringify(json) });
  if (answer.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * answer.headers.get('retry-after')));
    return call(method, path, { token, json, status });
  }
  const text = await answer.text();
  assert.equal(answer.status, status, `${method} ${path}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// A user whose name nobody has: `name` and a few letters more, or exactly `name`.
export async function newUser(name = 'rider', { exactly = false } = {}) {
  const username = exactly ? name : `${name} ${randomBytes(4).toString('hex')}`;
  const user = { username, password: `pass-${randomBytes(12).toString('hex')}` };
  return { ...(await call('POST', '/api/users/', { json: user, status: 201 })), ...user };
}

// A session token of the user's.
export async function logIn({ username, password }) {
  const { Authorized } = await call('POST', '/api/login/', { json: { username, password } });
  return Authorized.replace('Bearer ', '');
}

// The status of a call of the API with the token.
export async function statusWith(token, path = '/oauth/userinfo') {
  const answer = await fetch(issuer + path, { headers: { authorization: `Bearer ${token}` } });
  return answer.status;
}

// Tokens are refused everywhere within a second of their end. Asked in haste, the answer would be 429.
export async function untilRefused(token, path) {
  const end = Date.now() + 5000;
  while ((await statusWith(token, path)) !== 401) {
    assert.ok(Date.now() < end, 'the token is still taken');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Registers a client by RFC 7591 and returns what the server says of it.
export const register = (metadata) => call('POST', '/oauth/register', { json: metadata, status: 201 });

// Runs a script of bash with what the commands of ./dev share, on the instance under test.
export async function shell(script) {
  const state = process.env.STATE ?? '.dev';
  const prelude = `here=tools/dev; source $here/common.sh; source $here/postgres.sh; set_state "$1"; read_instance;`;
  const { stdout } = await promisify(execFile)('bash', ['-c', prelude + script, 'bash', state], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return stdout;
}
