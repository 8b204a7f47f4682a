// D9: what was typed is never lost, and nothing is posted twice.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { chromium } from 'playwright-core';
import { call, issuer, logIn, newUser, untilRefused } from '../instance/api.mjs';
import { both, enter, fillLogIn, inPage, launch, visit } from './browser.mjs';

let making;
const user = () => (making ??= newUser('keeper').then(async (made) => ({ ...made, token: await logIn(made) })));
const asUser = { user };
const own = async () => call('GET', '/api/me/thoughts/?sort=-id&limit=100', { token: (await user()).token });
const times = async (text) => (await own()).filter((thought) => thought.text === text).length;
const compose = (page) => page.getByRole('textbox', { name: /What is on your mind|Your thought/ });

// Another session of the user's, which the context holds and which can end.
async function endingSession(context) {
  const token = await logIn(await user());
  await enter(context, { token });
  return async () => {
    await call('POST', '/api/logout/', { token, status: 204 });
    await untilRefused(token, '/api/me/');
  };
}

for (const path of ['/', '/thoughts/new']) {
  both(`a text written at ${path} goes along through the log-in when the session has ended`, async ({ page, context, javaScript }) => {
    const text = `Through the log-in ${path} ${javaScript}\n"with" <all> of it & a line more`;
    const end = await endingSession(context);
    await visit(page, path);
    await compose(page).fill(text);
    await end();
    await page.getByRole('button', { name: 'Post' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    if (!javaScript) { // once: few wrong passwords are free for an address
      await fillLogIn(page, { ...(await user()), password: 'mistyped at first' });
      await page.getByText('Log in, and').waitFor({ state: 'detached' });
    }
    await fillLogIn(page, await user());
    assert.equal(await compose(page).inputValue(), text);
    await page.getByRole('button', { name: 'Post' }).click();
    await page.getByText('Your thought is out.').waitFor();
    assert.equal(await times(text), 1);
  });
}

both('a change goes along through the log-in when the session has ended', async ({ page, context }) => {
  const { id } = await call('POST', '/api/me/thoughts/', { token: (await user()).token, json: { text: 'To be changed' }, status: 201 });
  const end = await endingSession(context);
  await visit(page, `/thoughts/${id}/edit`);
  await compose(page).fill('Changed at last');
  await end();
  await page.getByRole('button', { name: 'Save' }).click();
  await fillLogIn(page, await user());
  assert.equal(await compose(page).inputValue(), 'Changed at last');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your change is saved.').waitFor();
  assert.equal((await call('GET', `/api/thoughts/${id}/`)).text, 'Changed at last');
});

both('a double click posts once', async ({ page, javaScript }) => {
  const text = `Clicked twice ${javaScript}`;
  await visit(page, '/');
  await compose(page).fill(text);
  await page.getByRole('button', { name: 'Post' }).dblclick();
  await page.getByText('Your thought is out.').waitFor();
  assert.equal(await times(text), 1);
}, asUser);

both('going back and sending the same form again posts once', async ({ page, javaScript }) => {
  const text = `Once more ${javaScript}`;
  await visit(page, '/');
  await compose(page).fill(text);
  await page.getByRole('button', { name: 'Post' }).click();
  await page.getByText('Your thought is out.').waitFor();
  await page.reload();
  await page.goBack();
  await compose(page).fill(text);
  await page.getByRole('button', { name: 'Post' }).click();
  await page.getByText('Your thought is out.').waitFor();
  assert.equal(await times(text), 1);
}, asUser);

// Sends the text without a network, which is there again afterwards.
async function sendIntoTheDark({ page, context, watch }, text) {
  await compose(page).fill(text);
  await context.setOffline(true);
  const failed = context.waitForEvent('requestfailed');
  await page.getByRole('button', { name: 'Post' }).click({ noWaitAfter: true });
  await failed;
  await page.getByRole('button', { name: 'Post' }).waitFor({ state: 'detached' }); // the browser's page of errors
  watch.expect(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
}

both('a text that the network lost is there again when one goes back', async (visitor) => {
  const { page, javaScript } = visitor;
  const text = `Sent into a tunnel ${javaScript}`;
  await visit(page, '/');
  await sendIntoTheDark(visitor, text);
  await page.goBack();
  assert.equal(await compose(page).inputValue(), text);
  await page.getByRole('button', { name: 'Post' }).click();
  await page.getByText('Your thought is out.').waitFor();
  assert.equal(await times(text), 1);
}, asUser);

both('a text that the network lost is sent when one reloads', async (visitor) => {
  const { page, javaScript } = visitor;
  const text = `Sent into a longer tunnel ${javaScript}`;
  await visit(page, '/thoughts/new');
  await sendIntoTheDark(visitor, text);
  await page.reload();
  await page.getByText('Your thought is out.').waitFor();
  assert.equal(await times(text), 1);
}, asUser);

both('a text is still there after another page and the back button', async ({ page }) => {
  await visit(page, '/thoughts/new');
  await compose(page).fill('Only half of a tho');
  await page.getByRole('link', { name: 'Everyone' }).click();
  await page.getByRole('heading', { name: 'Everyone' }).waitFor();
  await page.goBack();
  assert.equal(await compose(page).inputValue(), 'Only half of a tho');
}, asUser);

test('a draft survives a crash of the browser, and is gone once it is posted', async () => {
  const profile = await mkdtemp(join(tmpdir(), 'profile-'));
  const text = `Before the crash ${Date.now()}`;
  const open = () => chromium.launchPersistentContext(profile, { ...launch(), baseURL: issuer });
  try {
    const first = await open();
    await enter(first, await user());
    const page = await first.newPage();
    await visit(page, '/');
    await compose(page).fill(text);
    // The browser writes what pages keep to its disk in its own time.
    const folder = join(profile, 'Default', 'Local Storage', 'leveldb');
    const isWritten = async () => {
      for (const file of await readdir(folder)) {
        const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0));
        if (bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'))) return true;
      }
      return false;
    };
    const end = Date.now() + 30_000;
    while (!(await isWritten())) assert.ok(Date.now() < end, 'no draft on the disk');
    const lock = await readlink(join(profile, 'SingletonLock')); // HOST-PID
    process.kill(Number(lock.split('-').at(-1)), 'SIGKILL');
    await new Promise((resolve) => first.once('close', resolve));

    const second = await open();
    await enter(second, await user());
    const again = await second.newPage();
    await visit(again, '/');
    assert.equal(await compose(again).inputValue(), text);
    await again.getByRole('button', { name: 'Post' }).click();
    await again.getByText('Your thought is out.').waitFor();
    assert.equal(await compose(again).inputValue(), '');
    assert.equal(await times(text), 1);
    await second.close();
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('drafts are gone when their writer logs out', inPage(async ({ page }) => {
  await visit(page, '/');
  await compose(page).fill('Not for whoever comes next');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are logged out.').waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft'))), []);
}, { user: () => newUser('leaver') }));
