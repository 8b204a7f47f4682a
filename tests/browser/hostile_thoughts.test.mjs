// D8: whatever people write in thoughts and look for is text, wherever it is shown.
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, issuer, logIn, newUser } from '../instance/api.mjs';
import { inPage, visit } from './browser.mjs';
import { payloads } from './corpus.mjs';
import { Shapes, assertShows } from './shape.mjs';

async function write() {
  const user = await newUser('mischief');
  user.token = await logIn(user);
  const thoughts = [];
  for (const text of ['harmless', ...payloads]) {
    thoughts.push(await call('POST', '/api/me/thoughts/', { token: user.token, json: { text }, status: 201 }));
  }
  return { user, thoughts };
}
let writing;
const written = () => (writing ??= write());
const options = { user: async () => (await written()).user };

// The thoughts of all pages from here on, as far as they are the user's.
async function readAll(page, path, username) {
  const seen = [];
  for (await visit(page, path); ; ) {
    seen.push(...(await page.locator('article').evaluateAll((articles, name) =>
      articles.filter((article) => article.querySelector('.name').textContent === name)
        .map((article) => ({ id: Number(article.querySelector('.when').pathname.match(/\d+/)[0]), text: article.querySelector('.text').textContent })),
    username)));
    const older = page.getByRole('link', { name: 'Older' });
    if ((await older.count()) === 0 || seen.length >= payloads.length + 1) return seen;
    await older.click();
  }
}

for (const [what, path] of [['home', () => '/'], ['everyone', () => '/thoughts/'], ['the user', ({ username }) => `/u/${encodeURIComponent(username)}/`]]) {
  test(`the page of ${what} shows every text as it was written`, inPage(async ({ page }) => {
    const { user, thoughts } = await written();
    const seen = await readAll(page, path(user), user.username);
    assert.deepEqual(seen, thoughts.map(({ id, text }) => ({ id, text })).reverse());
    assert.equal(await page.locator('.text :not(mark, a[href^="http"])').count(), 0);
  }, options));
}

test('a page of its own shows each text as it was written and keeps its shape', inPage(async ({ page }) => {
  const shapes = new Shapes();
  for (const { id, text } of (await written()).thoughts) {
    await visit(page, `/thoughts/${id}/`);
    await assertShows(page.locator('.text'), text);
    await shapes.compare(page, 'a thought', text);
  }
}, options));

test('the forms to change and to delete a thought hold each text as it was written', inPage(async ({ page }) => {
  const shapes = new Shapes();
  for (const { id, text } of (await written()).thoughts) {
    await visit(page, `/thoughts/${id}/edit`);
    assert.equal(await page.locator('textarea').inputValue(), text);
    await shapes.compare(page, 'the form to change it', text);
    await visit(page, `/thoughts/${id}/delete`);
    await assertShows(page.locator('.text'), text);
    await shapes.compare(page, 'the question', text);
  }
}, options));

test('a search finds each text, marks it and repeats it as it was asked', inPage(async ({ page }) => {
  const shapes = new Shapes();
  for (const { id, text } of (await written()).thoughts) {
    const search = [...text].slice(0, 60).join('').trim();
    await visit(page, `/search?${new URLSearchParams({ search, own: '1' })}`);
    for (const field of await page.locator('input[name=search]').all()) {
      assert.equal(await field.inputValue(), search.replaceAll('\n', ''));
    }
    await assertShows(page.locator('h2 bdi'), search);
    const found = page.locator('article', { has: page.locator(`a[href="/thoughts/${id}/"]`) });
    await assertShows(found.locator('.text'), text);
    assert.ok((await found.locator('mark').allTextContents()).join('').includes(search), search);
    await shapes.compare(page, 'the form', text, '.search');
  }
}, options));

test('a search that finds nothing repeats each text as it was asked', inPage(async ({ page }) => {
  const shapes = new Shapes();
  for (const text of ['harmless', ...payloads]) {
    const search = `${[...text].slice(0, 100).join('').trim()} not there`;
    await visit(page, `/search?${new URLSearchParams({ search })}`);
    await assertShows(page.locator('h2 bdi'), search);
    await shapes.compare(page, 'nothing found', text);
  }
}));

test('the Atom feed is XML and holds each of the newest texts as it was written', inPage(async ({ page }) => {
  const { user, thoughts } = await written();
  // A feed holds the newest 20; so each text becomes the newest in its turn.
  const texts = thoughts.map(({ text }) => text);
  for (let i = 20; i < texts.length + 20; i += 20) {
    const some = texts.slice(i - 20, i);
    const writer = await newUser('feed');
    writer.token = await logIn(writer);
    for (const text of some) await call('POST', '/api/me/thoughts/', { token: writer.token, json: { text }, status: 201 });
    const answer = await fetch(`${issuer}/u/${encodeURIComponent(writer.username)}/feed.atom`);
    assert.match(answer.headers.get('content-type'), /^application\/atom\+xml/);
    const feed = await page.evaluate((xml) => {
      const document = new DOMParser().parseFromString(xml, 'application/xml');
      return {
        fault: document.querySelector('parsererror')?.textContent,
        kinds: [...new Set([...document.querySelectorAll('*')].map(({ localName }) => localName))].sort(),
        author: document.querySelector('author name')?.textContent,
        texts: [...document.querySelectorAll('entry content')].map(({ textContent }) => textContent),
      };
    }, await answer.text());
    assert.equal(feed.fault, undefined);
    assert.deepEqual(feed.kinds, ['author', 'content', 'entry', 'feed', 'id', 'link', 'name', 'title', 'updated']);
    assert.equal(feed.author, writer.username);
    assert.deepEqual(feed.texts, some.reverse());
  }
  assert.ok(user);
}));

test('an address with words for the page says only what the page knows', inPage(async ({ page }) => {
  for (const text of payloads.slice(0, 20)) {
    const value = encodeURIComponent(text);
    await visit(page, `/thoughts/?note=${value}`);
    assert.equal(await page.getByRole('status').count(), 0);
    await visit(page, `/thoughts/?cursor=${value}`, 422);
  }
}));

test('the log-in leads to no other site and to no code', inPage(async ({ page, context }) => {
  const { user } = await written();
  for (const next of ['//evil.example/', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', '/\t/evil.example', 'data:text/html,x', '/thoughts/?x="><script>alert(1)</script>']) {
    await context.clearCookies();
    await visit(page, `/login/?${new URLSearchParams({ next })}`);
    await page.getByLabel('Name', { exact: true }).fill(user.username);
    await page.getByLabel('Password', { exact: true }).fill(user.password);
    await page.locator('main').getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    assert.equal(new URL(page.url()).origin, issuer, next);
  }
}));
