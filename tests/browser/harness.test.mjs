// The checks find what they are for: pages with one fault each, in the place of a real one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { both, inPage } from './browser.mjs';
import { assertKeyboard, assertOutline, findings, overflow } from './checks.mjs';

const csp = "default-src 'none'; style-src 'self'; script-src 'self'";

const sound = {
  head: '<title>A page · Thoughts</title>',
  body: '<a href="#main">Skip</a><header>Thoughts</header><main id="main" tabindex="-1"><h1>A page</h1><a href="/">Home</a></main>',
};

// Opens a page of these parts as if the instance had sent it.
async function open(page, { head = sound.head, body = sound.body, headers = {} } = {}) {
  await page.route('**/fault', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers,
      body: `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`,
    }),
  );
  await page.goto('/fault');
}

both('a sound page passes', async ({ page }) => {
  await open(page);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(await overflow(page), []);
  await assertOutline(page);
  assert.equal(await assertKeyboard(page), 2);
});

for (const [what, body, javaScript = true] of [
  ['code inside of the page', '<p onclick="x()">'],
  ['a script of another site', '<script src="https://elsewhere.example/x.js"></script>'],
  ['an image of another site', '<img alt="" src="https://elsewhere.example/x.png">', false],
  ['a style inside of the page', '<p style="color: red">', false],
]) {
  for (const enabled of new Set([true, javaScript])) {
    test(`the policy's word about ${what} is heard, with${enabled ? '' : 'out'} JavaScript`, inPage(async ({ page, watch }) => {
      await open(page, { body: sound.body + body, headers: { 'content-security-policy': csp } });
      await page.evaluate(() => document.querySelector('[onclick]')?.click()); // handlers are compiled when they are needed
      watch.expect(/Content Security Policy/);
      watch.faults = watch.faults.filter((each) => !each.includes('elsewhere.example'));
    }, { javaScript: enabled }));
  }
}

for (const [what, body, fault] of [
  ['a dialog', '<script>alert(1)</script>', /^dialog: 1/],
  ['an error of a script', '<script>nowhere()</script>', /^error of a script: .*nowhere/],
  ['a word on the console', '<script>console.error("bad")</script>', /^console: bad/],
  ['a file that is missing', '<link rel="stylesheet" href="/static/none.css">', /^status 404/],
]) {
  test(`${what} is a fault`, inPage(async ({ page, watch }) => {
    await open(page, { body: sound.body + body });
    watch.expect(fault);
  }));
}

test('a request to another site is a fault', inPage(async ({ page, watch }) => {
  await page.route('https://elsewhere.example/*', (route) => route.fulfill({ body: '' }));
  await open(page, { body: `${sound.body}<img alt="" src="https://elsewhere.example/x.png">` });
  watch.expect(/^foreign request/);
}));

for (const [what, parts, check, fault] of [
  ['no label', { body: sound.body.replace('</main>', '<input></main>') }, assertOutline, /a label for each field/],
  ['two h1', { body: sound.body.replace('</main>', '<h1>More</h1></main>') }, assertOutline, /one h1/],
  ['no landmark', { body: '<h1>A page</h1>' }, assertOutline, /one main/],
  ['a handler', { body: sound.body.replace('<h1', '<h1 onclick=""') }, assertOutline, /no code/],
  ['a focus that does not show', { head: `${sound.head}<style>:focus-visible{outline:none}</style>` }, assertKeyboard, /focus does not show/],
  ['a covered link', { head: `${sound.head}<style>h1{position:fixed;inset:0;z-index:1}</style>` }, assertKeyboard, /covered/],
  ['an order of its own', { body: sound.body.replace('<h1', '<a href="/x">X</a><a tabindex="1" href="/y">Y</a><h1') }, assertKeyboard, /in order/],
]) {
  test(`${what} is found`, inPage(async ({ page }) => {
    await open(page, parts);
    await assert.rejects(check(page), fault);
  }));
}

both('pale text and what sticks out is found', async ({ page }) => {
  await open(page, { head: `${sound.head}<style>h1{color:#ccc;width:200vw}</style>` });
  assert.match((await findings(page)).join(), /color-contrast/);
  assert.match((await overflow(page)).join(), /<h1/);
});
