// /docs/: reading the API, logging in with OAuth and trying an operation.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fillLogIn, inPage, phone, screenshot, visit } from './browser.mjs';
import { overflow } from './checks.mjs';
import { newUser } from '../instance/api.mjs';

const row = (page, name) => page.locator(`#operations-${name}`);

test('a reader logs in with OAuth on the page and lists own thoughts', inPage(async ({ page, context, watch }) => {
  const user = await newUser('reader');
  await visit(page, '/docs/');
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const form = page.locator('.auth-container').filter({ hasText: 'authorizationCode' });
  assert.match(await form.getByLabel('client_id').inputValue(), /^app-/);
  await form.getByText('select all').click();
  const opened = context.waitForEvent('page');
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
  const popup = await opened;
  await fillLogIn(popup, user);
  await popup.getByRole('heading', { name: 'Let API documentation use your account?' }).waitFor();
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await closed;
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await page.locator('.btn-done').first().click();

  const list = row(page, 'Own_thoughts-my_thoughts_list');
  await list.locator('.opblock-summary-control').click();
  await list.getByRole('button', { name: 'Try it out' }).click();
  await list.getByRole('button', { name: 'Execute' }).click();
  await list.locator('.live-responses-table .response-col_status').getByText('200').waitFor();
  await screenshot(page, 'docs-tried');
  watch.expect(/\[DOM\] (Password field is not contained|Input elements should have autocomplete)/); // Swagger UI's
}));

for (const colorScheme of ['light', 'dark']) {
  test(`the page fits a phone, ${colorScheme}`, inPage(async ({ page }) => {
    await visit(page, '/docs/');
    await row(page, 'Thoughts-thoughts_list').locator('.opblock-summary-control').click();
    await page.getByText('A piece of the text, without regard to case').waitFor();
    await screenshot(page, `docs-phone-${colorScheme}`);
    assert.deepEqual(await overflow(page), []);
  }, { viewport: phone, colorScheme }));
}

test('without JavaScript it leads to what needs none', inPage(async ({ page }) => {
  await visit(page, '/docs/');
  await page.getByRole('link', { name: 'The API in a few commands' }).click();
  await page.getByRole('heading', { name: 'The API in a few commands' }).waitFor();
}, { javaScript: false }));
