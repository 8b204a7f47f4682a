// D8: names of users, apps and tokens are text, wherever they are shown.
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, issuer, logIn, newUser } from '../instance/api.mjs';
import { enter, inPage, leave, visit } from './browser.mjs';
import { clientNames, tokenNames, usernames } from './corpus.mjs';
import { app, device } from './oauth.mjs';
import { Shapes, assertShows, shapeOf } from './shape.mjs';

const harmless = 'harmless';

// A user of exactly this name, who may be there from an earlier run; with a thought.
async function named(name) {
  const user = await newUser(name, { exactly: true });
  user.token = await logIn(user);
  user.thought = await call('POST', '/api/me/thoughts/', { token: user.token, json: { text: 'here' }, status: 201 });
  return user;
}

test('the pages of a user show each name as it was chosen and keep their shape', inPage(async ({ page, context }) => {
  const shapes = new Shapes();
  const mark = Date.now().toString(36).slice(-4);
  for (const name of [harmless, ...usernames]) {
    // A few letters more, so that a second run finds no user of the name.
    const user = await named(`${[...name].slice(0, 45).join('').trim()} ${mark}`);
    const page_of = `/u/${encodeURIComponent(user.username)}/`;
    await enter(context, user);
    await visit(page, '/');
    await assertShows(page.locator('header bdi'), user.username);
    await shapes.compare(page, 'home', name);
    await visit(page, page_of);
    assert.equal(await page.title(), `${user.username.replaceAll(/\s+/g, ' ')} · Thoughts`);
    await assertShows(page.locator('h1 bdi'), user.username);
    await assertShows(page.locator('article .name bdi'), user.username);
    await shapes.compare(page, 'their page', name);
    await leave(context);
    await visit(page, `/thoughts/${user.thought.id}/`);
    await assertShows(page.locator('article .name bdi'), user.username);
    await shapes.compare(page, 'their thought', name);
    await page.locator('article .name').click();
    await page.getByRole('heading', { name: user.username }).waitFor();
    const feed = await (await fetch(`${issuer}${page_of}feed.atom`)).text();
    const author = await page.evaluate((xml) => {
      const document = new DOMParser().parseFromString(xml, 'application/xml');
      return document.querySelector('parsererror')?.textContent ?? document.querySelector('author name').textContent;
    }, feed);
    assert.equal(author, user.username);
  }
}));

test('the pages that ask for an app show each name as it was registered and keep their shape', inPage(async ({ page, context }) => {
  const shapes = new Shapes();
  const user = await newUser('careful');
  user.token = await logIn(user);
  for (const name of [harmless, ...clientNames]) {
    const client = await app(name);
    await leave(context);
    await visit(page, client.path);
    assert.ok((await page.locator('.lead').textContent()).includes(`\u2068${name}\u2069`), name);
    await shapes.compare(page, 'the log-in for an app', name);
    await enter(context, user);
    await visit(page, client.path);
    await assertShows(page.locator('h1 bdi'), name);
    await shapes.compare(page, 'the question for an app', name);
    client.close();
  }
}));

test('the page that asks for a device shows each name as it was registered and keeps its shape', inPage(async ({ page }) => {
  const shapes = new Shapes();
  for (const name of [harmless, ...clientNames]) {
    const { path } = await device(name);
    await visit(page, path);
    await assertShows(page.locator('h1 bdi'), name);
    await shapes.compare(page, 'the question for a device', name);
  }
}, { user: () => newUser('careful') }));

// Each name in a list of the account stands as it was chosen, in entries of one shape.
async function assertList(page, names) {
  const entries = page.locator('main .list > li');
  assert.deepEqual((await entries.locator('h2 bdi').allTextContents()).sort(), [...names].sort());
  const shapes = new Set();
  for (let i = 0; i < names.length; ++i) shapes.add(await shapeOf(page, `main .list > li:nth-child(${i + 1})`));
  assert.equal(shapes.size, 1);
}

test('the list of access tokens shows each name as it was chosen', inPage(async ({ page, context }) => {
  const user = await newUser('scripter');
  user.token = await logIn(user);
  for (const name of tokenNames) {
    await call('POST', '/api/me/tokens/', { token: user.token, json: { name, scopes: 'profile' }, status: 201 });
  }
  await enter(context, user);
  await visit(page, '/account/tokens/');
  await assertList(page, tokenNames);
}));

test('the list of connected apps shows each name as it was registered', inPage(async ({ page, context, watch }) => {
  await enter(context, await newUser('connected'));
  const names = clientNames.slice(0, 20);
  for (const name of names) {
    const client = await app(name);
    watch.allow(client.origin);
    await visit(page, client.path);
    const back = client.back();
    await page.getByRole('button', { name: 'Allow' }).click();
    assert.equal((await client.exchange((await back).searchParams.get('code'))).status, 200);
    client.close();
  }
  await visit(page, '/account/apps/');
  await assertList(page, names);
}));
