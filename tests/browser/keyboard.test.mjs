// Thoughts by keyboard alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, issuer, logIn, newUser } from '../instance/api.mjs';
import { both, inPage, visit } from './browser.mjs';

let making;
const user = () =>
  (making ??= newUser('typist').then(async (made) => {
    const token = await logIn(made);
    for (const text of ['one', 'two', 'three']) {
      await call('POST', '/api/me/thoughts/', { token, json: { text }, status: 201 });
    }
    return { ...made, token };
  }));
const asUser = { user };
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const focusedText = (page) =>
  page.evaluate(() => document.activeElement.closest('article')?.querySelector('.text').textContent ?? document.activeElement.id);

// Tabs on until what matches has the focus.
async function tabTo(page, selector) {
  for (let i = 0; i < 100; ++i) {
    await press(page, 'Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`the Tab key does not reach ${selector}`);
}

both('a user logs in, writes, finds and deletes without a mouse', async ({ page, javaScript }) => {
  const { username, password } = await user();
  const text = `typed ${javaScript}`;
  await visit(page, '/login/');
  await tabTo(page, '#username');
  await page.keyboard.type(username);
  await press(page, 'Tab');
  await page.keyboard.type(password);
  await press(page, 'Enter');
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  await tabTo(page, '#text');
  await page.keyboard.type(text);
  await tabTo(page, 'main button');
  await press(page, 'Enter');
  await page.getByText('Your thought is out.').waitFor();
  await tabTo(page, '#find');
  await page.keyboard.type(text);
  await press(page, 'Enter');
  await page.getByRole('heading', { name: text }).waitFor();
  await tabTo(page, 'article a[href$=delete]');
  await press(page, 'Enter');
  await page.getByRole('heading', { name: 'Delete this thought?' }).waitFor();
  await tabTo(page, 'main button');
  await press(page, 'Enter');
  await page.getByText('The thought is gone.').waitFor();
});

both('the first stop of a page skips its header', async ({ page }) => {
  await visit(page, '/thoughts/');
  await press(page, 'Tab', 'Enter');
  assert.equal(new URL(page.url()).hash, '#main');
  await press(page, 'Tab');
  assert.ok(await page.evaluate(() => document.activeElement.closest('main') !== null));
});

test('keys lead to the search, to a new thought and through the list', inPage(async ({ page }) => {
  await visit(page, '/');
  await press(page, '/');
  assert.equal(await focusedText(page), 'find');
  await page.keyboard.type('n/j?');
  assert.equal(await page.locator('#find').inputValue(), 'n/j?', 'in a field they are letters');
  await visit(page, '/');
  await press(page, 'n');
  assert.equal(await focusedText(page), 'text');
  await visit(page, '/thoughts/');
  await press(page, 'n');
  await page.waitForURL(`${issuer}/thoughts/new`);
  await visit(page, `/u/${encodeURIComponent((await user()).username)}/`);
  const list = await page.locator('article .text').allTextContents();
  await press(page, 'j');
  assert.equal(await focusedText(page), list[0]);
  await press(page, 'j', 'j');
  assert.equal(await focusedText(page), list[2]);
  await press(page, 'k');
  assert.equal(await focusedText(page), list[1]);
  await press(page, 'Enter');
  await page.waitForURL(/\/thoughts\/\d+\/$/);
}, asUser));

test('keys with Ctrl, Alt or Meta stay the browser\'s', inPage(async ({ page }) => {
  await visit(page, '/thoughts/');
  for (const key of ['Control+j', 'Alt+j', 'Meta+j']) await press(page, key);
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'body');
}, asUser));

test('the help names the keys, and they can be switched off for good', inPage(async ({ page }) => {
  await visit(page, '/thoughts/');
  await press(page, '?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.waitFor();
  for (const key of ['/', 'n', 'j', 'k', '?']) await help.getByText(key, { exact: true }).waitFor();
  await help.getByLabel('Use these keys').uncheck();
  await press(page, 'Escape');
  await help.waitFor({ state: 'detached' });
  for (let i = 0; i < 2; ++i) {
    await press(page, 'j', '/');
    assert.equal(await page.evaluate(() => document.activeElement.localName), 'body', 'no key does anything');
    await page.reload();
  }
  await press(page, '?');
  await help.getByLabel('Use these keys').check();
  await help.getByRole('button', { name: 'Close' }).click();
  await press(page, '/');
  assert.equal(await focusedText(page), 'find');
}, asUser));
