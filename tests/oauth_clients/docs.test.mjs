// docs/oauth.md does what it says: its commands, in one shell, one after the other.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { UserAgent, issuer, newUser, untilRefused } from './instance.mjs';

test('docs/oauth.md goes from registration to the first call', async () => {
  const page = await readFile(new URL('../../docs/oauth.md', import.meta.url), 'utf8');
  const script = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('echo\n');
  assert.ok(script.includes('read -r back'));
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script.replaceAll('http://localhost:8080', issuer)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const user = await newUser();
  let text = '';
  let asked = false;
  const failed = new Promise((_, reject) => {
    shell.stdout.on('data', (data) => {
      text += data;
      const link = /^(http\S+\/oauth\/authorize\?\S+)\n/m.exec(text);
      if (!link || asked) return;
      asked = true;
      new UserAgent(user).visit(link[1]).then((back) => shell.stdin.end(`${back}\n`), reject);
    });
  });
  const code = await Promise.race([new Promise((resolve) => shell.once('close', resolve)), failed]);
  assert.equal(code, 0, text);
  assert.ok(text.includes(`"preferred_username":"${user.username}"`), text);
  assert.match(text, /"text":"Hello from an app"/);
  assert.ok(text.trimEnd().endsWith('{}'), text);
  const access = [...text.matchAll(/"access_token":"([^"]+)"/g)].map(([, token]) => token);
  assert.equal(access.length, 2);
  for (const token of access) await untilRefused(token);
});
