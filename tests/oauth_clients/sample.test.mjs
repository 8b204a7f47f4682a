import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { UserAgent, issuer, newUser } from './instance.mjs';

const sample = fileURLToPath(new URL('sample.mjs', import.meta.url));

function start() {
  const child = spawn(process.execPath, [sample, issuer], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  child.stderr.on('data', (data) => (text += data));
  const left = new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
  const link = new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /^Open (\S+)\n/m.exec(text);
      if (found) resolve(found[1]);
    });
    left.then(() => reject(new Error(text)));
  });
  return { link, left };
}

test('the sample client writes a thought for its user', async () => {
  const user = await newUser();
  const { link, left } = start();
  await fetch(await new UserAgent(user).visit(await link));
  const { code, text } = await left;
  assert.equal(code, 0, text);
  assert.match(text, /Written by the sample client/);
  assert.ok(text.includes(user.username));
});

test('the sample client says when its user denies', async () => {
  const { link, left } = start();
  await fetch(await new UserAgent(await newUser(), 'deny').visit(await link));
  const { code, text } = await left;
  assert.equal(code, 1);
  assert.match(text, /access_denied/);
});
