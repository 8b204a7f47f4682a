// Writing, changing, deleting and finding thoughts.
import assert from 'node:assert/strict';
import { call, issuer, logIn, newUser } from '../instance/api.mjs';
import { both, fillLogIn, visit } from './browser.mjs';

let making;
const user = () => (making ??= newUser('writer').then(async (made) => ({ ...made, token: await logIn(made) })));
const asUser = { user };
const unique = (word) => `${word}${Date.now()}`;
const own = async () => call('GET', '/api/me/thoughts/?sort=-id', { token: (await user()).token });
const write = async (text) => call('POST', '/api/me/thoughts/', { token: (await user()).token, json: { text }, status: 201 });

both('a guest reads, signs up, writes and logs out', async ({ page }) => {
  await visit(page, '/');
  await page.locator('main').getByRole('link', { name: 'Make an account' }).click();
  await page.getByLabel('Name', { exact: true }).fill(`first timer ${Date.now()}`);
  await page.getByLabel('Password', { exact: true }).fill('quiet river stone');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('Welcome!').waitFor();
  await page.getByLabel('What is on your mind?').fill('My first thought here');
  await page.getByRole('button', { name: 'Post' }).click();
  await page.getByText('Your thought is out.').waitFor();
  await page.getByText('My first thought here').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are logged out.').waitFor();
  await page.getByRole('link', { name: 'Log in' }).first().waitFor();
});

both('all broken rules of a sign-up are told at once, and the name stays', async ({ page }) => {
  await visit(page, '/signup/');
  await page.getByLabel('Name', { exact: true }).fill('a/b');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('must not hold a slash').waitFor();
  await page.getByText('has fewer than 8 bytes').waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'a/b');
});

both('a wrong password is told without a hint, and the log-in goes on to where it was asked for', async ({ page }) => {
  await visit(page, '/login/?next=%2Fthoughts%2Fnew');
  await fillLogIn(page, { ...(await user()), password: 'not the right one' });
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), (await user()).username);
  await fillLogIn(page, await user());
  await page.getByRole('heading', { name: 'New thought' }).waitFor();
  assert.equal(page.url(), `${issuer}/thoughts/new`);
});

both('a thought that is too long stands in the form again', async ({ page }) => {
  const text = 'too long '.repeat(40);
  await visit(page, '/');
  await page.getByLabel('What is on your mind?').fill(text);
  await page.getByRole('button', { name: 'Post' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'What is on your mind?' }).inputValue(), text);
}, asUser);

both('a thought is changed and deleted by its writer', async ({ page }) => {
  const { id } = await write('Before the change');
  await visit(page, `/thoughts/${id}/`);
  await page.getByRole('link', { name: 'Edit this thought' }).click();
  await page.getByLabel('Your thought').fill('After the change\nin two lines');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your change is saved.').waitFor();
  assert.equal(await page.locator('.text').textContent(), 'After the change\nin two lines');
  await page.getByRole('link', { name: 'Delete this thought' }).click();
  await page.getByRole('link', { name: 'Keep it' }).click();
  await page.getByRole('link', { name: 'Delete this thought' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The thought is gone.').waitFor();
  assert.ok((await own()).every((thought) => thought.id !== id));
  await visit(page, `/thoughts/${id}/`, 404);
}, asUser);

both('nobody changes or deletes what another wrote', async ({ page }) => {
  const { id } = await write('Not yours');
  await visit(page, `/thoughts/${id}/`);
  assert.equal(await page.getByRole('link', { name: 'Edit this thought' }).count(), 0);
  await visit(page, `/thoughts/${id}/edit`, 404);
  await visit(page, `/thoughts/${id}/delete`, 404);
}, { user: () => newUser('stranger') });

both('a search marks what it found, pages both ways and keeps its question', async ({ page }) => {
  const word = unique('marmalade');
  for (let i = 0; i < 25; ++i) await write(`${word.toUpperCase()} number ${i}`);
  await visit(page, '/');
  await page.getByRole('searchbox', { name: 'Search thoughts' }).fill(word);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: word }).waitFor();
  const marks = page.locator('article mark');
  assert.deepEqual(await marks.allTextContents(), Array(20).fill(word.toUpperCase()));
  const first = await page.locator('article').allTextContents();
  await page.getByRole('link', { name: 'Older' }).click();
  assert.equal(await marks.count(), 5);
  assert.equal(await page.locator('main input[name=search]').inputValue(), word);
  await page.getByRole('link', { name: 'Newer' }).click();
  assert.deepEqual(await page.locator('article').allTextContents(), first);
}, asUser);

both('a search of own thoughts finds none of others', async ({ page }) => {
  const word = unique('quince');
  await write(`${word} of the writer`);
  const path = `/search?search=${word}`;
  await visit(page, path);
  assert.equal(await page.locator('article').count(), 1);
  await page.getByLabel('Only my own').check();
  await page.locator('main').getByRole('button', { name: 'Search' }).click();
  await page.getByText('Nothing holds').waitFor();
  assert.ok(await page.getByLabel('Only my own').isChecked());
}, { user: () => newUser('other writer') });
