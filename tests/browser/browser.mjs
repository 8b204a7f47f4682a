// Pages of a real Chromium on the instance under test.
//
//   both('a user logs in', async ({ page, watch, javaScript }) => { ... }, { user: () => someUser });
//
// runs with JavaScript and without, each time in a context of its own, and fails as well when the
// browser had anything to complain about (watch.mjs).
import assert from 'node:assert/strict';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test, { after } from 'node:test';
import { chromium } from 'playwright-core';
import { issuer, logIn, someAddress } from '../instance/api.mjs';
import { Watch } from './watch.mjs';

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };

// Where screenshots go, by `./dev test browser --screenshots`; nowhere when it is not set.
const gallery = process.env.SCREENSHOTS;

function chromiumPath() {
  for (const folder of process.env.PATH.split(delimiter)) {
    const path = join(folder, 'chromium');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this one
    }
  }
  throw new Error('there is no chromium on the PATH: ./dev install --browser');
}

// How Chromium is started. Its sandbox does not run for root.
export const launch = () => ({
  executablePath: chromiumPath(),
  chromiumSandbox: process.getuid() !== 0,
  args: ['--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
});

// One for all tests of a file.
let starting;
const browser = () => (starting ??= chromium.launch(launch()));
after(async () => (await starting)?.close());

export async function screenshot(page, name) {
  if (!gallery) return;
  mkdirSync(gallery, { recursive: true });
  await page.screenshot({ path: join(gallery, `${name.replaceAll(/[^\w-]+/g, '_')}.png`), fullPage: true, animations: 'disabled' });
}

// Makes the context the user's, as a log-in does.
export async function enter(context, user) {
  const value = user.token ?? (await logIn(user));
  await context.addCookies([{ name: 'session', value, url: issuer, httpOnly: true, sameSite: 'Lax' }]);
  return value;
}

export const leave = (context) => context.clearCookies({ name: 'session' });

// Logs in on the page that is open.
export async function fillLogIn(page, { username, password }) {
  await page.getByLabel('Name', { exact: true }).fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.locator('main').getByRole('button', { name: 'Log in' }).click();
}

// Goes to a page of the instance and looks at the status.
export async function visit(page, path, status = 200) {
  const response = await page.goto(issuer + path);
  assert.equal(response.status(), status, `${path}: ${await page.locator('body').innerText()}`);
  return response;
}

// A test's body with a page. `user`: a function that gives who is logged in.
export function inPage(run, { javaScript = true, user, ...options } = {}) {
  return async (t) => {
    const context = await (await browser()).newContext({
      baseURL: issuer, javaScriptEnabled: javaScript, viewport: desktop, reducedMotion: 'reduce',
      extraHTTPHeaders: { 'x-forwarded-for': someAddress() }, ...options,
    });
    context.setDefaultTimeout(10_000);
    const watch = new Watch(context, issuer);
    try {
      if (user) await enter(context, await user());
      const page = await context.newPage();
      try {
        await run({ page, context, watch, javaScript, t });
      } catch (error) {
        await screenshot(page, `failed-${t.name}`);
        throw error;
      }
    } finally {
      await context.close();
    }
    watch.assertNone();
  };
}

export function both(name, run, options = {}) {
  for (const javaScript of [true, false]) {
    test(`${name}, with${javaScript ? '' : 'out'} JavaScript`, { timeout: 60_000 }, inPage(run, { ...options, javaScript }));
  }
}
