// What people do with their account.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { logIn, newUser, statusWith, untilRefused } from '../instance/api.mjs';
import { both, enter, fillLogIn, visit } from './browser.mjs';
import { app } from './oauth.mjs';

both('a new password ends the other sessions, and is the one to log in with', async ({ page, context }) => {
  const user = await newUser('changer');
  const other = await logIn(user);
  await enter(context, user);
  await visit(page, '/account/password/');
  await page.getByLabel('Present password').fill(user.password);
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('has fewer than 8 bytes').waitFor();
  await page.getByLabel('Present password').fill(user.password);
  await page.getByLabel('New password').fill('another long password');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByRole('status').waitFor();
  await untilRefused(other, '/api/me/');
  await page.getByRole('button', { name: 'Log out' }).click();
  await visit(page, '/login/');
  await fillLogIn(page, { ...user, password: 'another long password' });
  await page.getByRole('button', { name: 'Log out' }).waitFor();
});

both('an access token is shown once, works and is deleted', async ({ page, context }) => {
  await enter(context, await newUser('scripter'));
  await visit(page, '/account/tokens/');
  await page.getByLabel('Name', { exact: true }).fill('nightly');
  await page.locator('main fieldset input').first().check();
  await page.getByRole('button', { name: 'Make the token' }).click();
  const token = await page.getByRole('textbox', { name: 'nightly' }).inputValue();
  assert.equal(await statusWith(token.trim().replace(/^Bearer /, ''), '/api/me/thoughts/'), 200);
  await page.getByRole('link', { name: 'I have it' }).click();
  assert.ok(!(await page.content()).includes(token));
  await page.getByRole('button', { name: 'Delete nightly' }).click();
  await page.getByText('You have none.').waitFor();
  await untilRefused(token.trim().replace(/^Bearer /, ''), '/api/me/thoughts/');
});

both('another session is ended, and this one stays', async ({ page, context }) => {
  const user = await newUser('traveller');
  const other = await logIn(user);
  await enter(context, user);
  await visit(page, '/account/sessions/');
  assert.equal(await page.locator('main .list > li').count(), 2);
  await page.getByRole('button', { name: /^End the session/ }).click();
  await page.getByRole('status').waitFor();
  assert.equal(await page.locator('main .list > li').count(), 1);
  await untilRefused(other, '/api/me/');
});

both('a connected app is disconnected', async ({ page, context, watch }) => {
  await enter(context, await newUser('connected'));
  const notes = await app();
  watch.allow(notes.origin);
  await visit(page, notes.path);
  const back = notes.back();
  await page.getByRole('button', { name: 'Allow' }).click();
  const { access_token } = await (await notes.exchange((await back).searchParams.get('code'))).json();
  notes.close();
  await visit(page, '/account/apps/');
  await page.getByRole('button', { name: 'Disconnect Pocket notes' }).click();
  await page.getByText('No app is connected.').waitFor();
  await untilRefused(access_token);
});

both('the data is downloaded, and the account deleted by its name', async ({ page, context }) => {
  const user = await newUser('leaver');
  await enter(context, user);
  await visit(page, '/account/');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download your data' }).click();
  const data = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
  assert.ok(JSON.stringify(data).includes(user.username));
  await page.getByRole('link', { name: 'Delete the account' }).click();
  const name = page.getByRole('textbox', { name: /type your name/ });
  await name.fill('somebody else');
  await page.getByRole('button', { name: 'Delete it all' }).click();
  await page.getByRole('alert').waitFor();
  await name.fill(user.username);
  await page.getByRole('button', { name: 'Delete it all' }).click();
  await page.getByRole('link', { name: 'Sign up' }).waitFor();
  await visit(page, `/u/${encodeURIComponent(user.username)}/`, 404);
});
