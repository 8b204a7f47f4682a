// Apps and devices that ask for a user's account: log-in, consent, refusal.
import assert from 'node:assert/strict';
import { both, enter, fillLogIn, visit } from './browser.mjs';
import { newUser } from '../instance/api.mjs';
import { app, device } from './oauth.mjs';

let making;
const user = () => (making ??= newUser('reader'));

both('a user logs in for an app, allows it and is back in the app', async ({ page, watch }) => {
  const notes = await app();
  watch.allow(notes.origin);
  await visit(page, notes.path);
  await fillLogIn(page, { ...(await user()), password: 'not the right one' });
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), (await user()).username, 'the name stays');
  const back = notes.back();
  await fillLogIn(page, await user());
  await page.getByRole('heading', { name: 'Let Pocket notes use your account?' }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  const { searchParams } = await back;
  assert.ok(searchParams.get('code'));
  assert.equal(searchParams.get('state'), 'a state');
  await page.getByRole('heading', { name: 'Back in the app' }).waitFor();
  notes.close();
});

both('a user denies an app by one click, and the app is told', async ({ page, context, watch }) => {
  await enter(context, await user());
  const notes = await app();
  watch.allow(notes.origin);
  await visit(page, notes.path);
  const back = notes.back();
  await page.getByRole('button', { name: 'Deny' }).click();
  assert.equal((await back).searchParams.get('error'), 'access_denied');
  notes.close();
});

both('a user who is somebody else logs in anew and is asked for the same app', async ({ page, context }) => {
  await enter(context, await newUser('other'));
  const notes = await app();
  await visit(page, notes.path);
  await page.getByRole('link', { name: 'Not you?' }).click();
  await fillLogIn(page, await user());
  await page.getByRole('heading', { name: 'Let Pocket notes use your account?' }).waitFor();
  await page.getByText((await user()).username).waitFor();
  notes.close();
});

both('a consent that is sent after the session ended leads to the log-in and back to the question', async ({ page, context }) => {
  await enter(context, await user());
  const notes = await app();
  await visit(page, notes.path);
  await context.clearCookies({ name: 'session' });
  await page.getByRole('button', { name: 'Allow' }).click();
  await fillLogIn(page, await user());
  await page.getByRole('heading', { name: 'Let Pocket notes use your account?' }).waitFor();
  notes.close();
});

both('a user types the code of a device, in small letters, and allows it', async ({ page }) => {
  const { user_code } = await device();
  await visit(page, '/oauth/device');
  await fillLogIn(page, await user());
  await page.getByLabel('The code that your device shows').fill(user_code.toLowerCase().replace('-', ' '));
  await page.keyboard.press('Enter');
  await page.getByText(user_code).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
});

both('an answer for a device that is sent twice is taken once', async ({ page, context }) => {
  await enter(context, await user());
  const { path } = await device();
  await visit(page, path);
  await page.getByRole('button', { name: 'Deny' }).dblclick();
  await page.waitForURL(/done=denied|verify/);
  await page.goBack();
  await page.reload();
  await page.getByText('No device waits under this code').waitFor();
});
