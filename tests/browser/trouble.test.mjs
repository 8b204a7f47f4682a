// Pages while something is wrong: too many tries, a database that is away.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { newUser, shell } from '../instance/api.mjs';
import { both, fillLogIn, inPage, screenshot, visit } from './browser.mjs';
import { assertOutline, findings } from './checks.mjs';

const forgetTries = () => shell('psql_as_owner -c "DELETE FROM login_failures"');
after(forgetTries);

both('who tries too many passwords is told how long to wait', async ({ page, javaScript }) => {
  await forgetTries();
  const nobody = { username: `nobody ${Date.now()}`, password: 'a wrong password' };
  await visit(page, '/login/');
  for (let i = 0; i < 11; ++i) await fillLogIn(page, nobody);
  const alert = page.getByRole('alert');
  await page.waitForFunction(() => document.querySelector('[role=alert]')?.textContent.match(/try again/i));
  assert.match(await alert.textContent(), /\d+ seconds?|a second/);
  assert.deepEqual(await findings(page), []);
  if (javaScript) await screenshot(page, 'log-in refused--desktop-light');
});

const whenReady = `
  for ((i = 0; i < 200; ++i)); do curl -sf -o /dev/null "http://127.0.0.1:$((port + 2))/readyz" && exit 0; sleep 0.1; done; exit 1`;

test('without a database pages say so, and what was typed is still there', inPage(async ({ page, watch }) => {
  const text = `Written in bad times ${Date.now()}`;
  await visit(page, '/thoughts/new');
  await page.getByRole('textbox', { name: 'What is on your mind?' }).fill(text);
  await shell('stop_postgres');
  try {
    await page.getByRole('button', { name: 'Post' }).click();
    await page.getByRole('heading', { name: 'We will be right back' }).waitFor();
    assert.deepEqual(await findings(page), []);
    await assertOutline(page);
    await screenshot(page, 'post without a database--desktop-light');
    const other = await page.context().newPage();
    const response = await visit(other, '/thoughts/', 503);
    assert.ok(Number(response.headers()['retry-after']) > 0);
    await assertOutline(other);
    assert.deepEqual(await findings(other), []);
    await screenshot(other, 'no database--desktop-light');
    await other.getByRole('link', { name: 'Try again' }).waitFor();
    await other.close();
  } finally {
    await shell(`start_postgres; ${whenReady}`);
  }
  watch.expect(/^status 503/);
  assert.equal(await page.getByLabel('Your text').inputValue(), text);
  await page.getByRole('button', { name: 'Send it again' }).dblclick();
  await page.getByText('Your thought is out.').waitFor();
  assert.equal(await page.locator('article', { hasText: text }).count(), 1);
}, { user: () => newUser('patient') }));
