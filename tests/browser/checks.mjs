// What every page must keep, whatever it shows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

// axe's findings, in lines. Where the page may run no scripts there are no timers either: what axe
// puts off is done at once.
export async function findings(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate(async (values) => {
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (run) => void Promise.resolve().then(run);
    try {
      return await globalThis.axe.run({
        runOnly: { type: 'tag', values },
        resultTypes: ['violations', 'incomplete'],
        preload: false,
      });
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  }, tags);
  return [...violations, ...incomplete].map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`,
  );
}

// What sticks out to the right, at the viewport's width.
export const overflow = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width)
      .map((element) => `${element.outerHTML.slice(0, 120)} reaches ${element.getBoundingClientRect().right} of ${width}`);
  });

const policy = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
  'style-src': "'self'",
};

export function assertHeaders(response) {
  const headers = response.headers();
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.ok(headers['referrer-policy'], 'a referrer policy');
  assert.ok(headers['cache-control'], 'a word to caches');
  if (response.status() === 200) assert.equal(headers['access-control-allow-origin'], undefined, 'no other site may read it');
  const said = Object.fromEntries(
    headers['content-security-policy'].split(';').map((part) => part.trim().match(/^(\S+) ?(.*)$/).slice(1)),
  );
  for (const [directive, sources] of Object.entries(policy)) assert.equal(said[directive], sources, directive);
  assert.ok(!/unsafe-|data:|blob:|\*/.test(headers['content-security-policy']));
}

// Its outline: language, title, landmarks, headings, and no code or style inside of it.
export async function assertOutline(page) {
  const outline = await page.evaluate(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    return {
      lang: document.documentElement.lang,
      title: document.title,
      h1: all('h1').length,
      main: all('main').length,
      header: all('body > header').length,
      skip: all('a[href]')[0]?.getAttribute('href'),
      skipTarget: all('main')[0]?.id,
      inline: [
        ...all('style, script:not([src]), [style], iframe, object, embed, base'),
        ...all('*').filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on'))),
        ...all('[href^="javascript:" i], [src^="data:" i]'),
      ].map((element) => element.outerHTML),
      twice: all('[id]').map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at),
      bare: all('input:not([type=hidden], [hidden]), textarea, select').filter((field) => !field.labels?.length).map((field) => field.outerHTML),
    };
  });
  assert.equal(outline.lang, 'en');
  assert.match(outline.title, /\S.* · Thoughts$|^Thoughts$/);
  assert.equal(outline.h1, 1, 'one h1');
  assert.equal(outline.main, 1, 'one main');
  assert.equal(outline.header, 1, 'one header');
  assert.equal(outline.skip, `#${outline.skipTarget}`, 'the first link skips to the content');
  assert.deepEqual(outline.inline, [], 'no code and no style inside of the page');
  assert.deepEqual(outline.twice, [], 'no id twice');
  assert.deepEqual(outline.bare, [], 'a label for each field');
}

// What it made the browser load.
export function assertWeight(watch, html) {
  assert.ok(html.length < 30_000, `${html.length} bytes of HTML`);
  const kinds = watch.requests.map((request) => request.resourceType());
  const count = (kind) => kinds.filter((each) => each === kind).length;
  assert.equal(count('stylesheet'), 1, 'one stylesheet');
  assert.ok(count('script') <= 1, 'at most one script');
}

const stops = 'a[href], button, input:not([type=hidden], [hidden]), textarea, select, summary, [tabindex="0"]';

// Tabs through the whole page: all that can be used is reached, in the page's order, stands in view
// and shows that it has the focus. Returns how many stops there are.
export async function assertKeyboard(page) {
  const wanted = await page.evaluate((selector) => {
    document.activeElement?.blur();
    const groups = new Set();
    return [...document.querySelectorAll(selector)]
      .filter((element) => !element.disabled && element.checkVisibility({ checkVisibilityCSS: true }))
      // Radio buttons of one name are one stop.
      .filter(({ type, name }) => type !== 'radio' || !(groups.has(name) || !groups.add(name)))
      .map((element, at) => (element.type === 'radio' ? `radio ${element.name}` : (element.dataset.stop = `${at}`)));
  }, stops);
  const seen = [];
  // One more for the browser's own place between the last and the first.
  for (let i = 0; i <= wanted.length + 1; ++i) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return {
        name: element.type === 'radio' ? `radio ${element.name}` : element.dataset.stop,
        html: element.outerHTML.slice(0, 160),
        shows: style.outlineStyle === 'auto' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
        inView: box.width > 0 && box.top >= 0 && box.bottom <= innerHeight + 1 && box.left >= 0 && box.right <= innerWidth + 1,
        covered: middle !== null && !element.contains(middle) && !middle.contains(element) && !element.labels?.[0]?.contains(middle),
      };
    });
    if (!stop || seen.some(({ name }) => name === stop.name)) continue;
    assert.ok(stop.shows, `its focus does not show: ${stop.html}`);
    assert.ok(stop.inView, `out of view when it has the focus: ${stop.html}`);
    assert.ok(!stop.covered, `covered when it has the focus: ${stop.html}`);
    seen.push(stop);
  }
  const names = seen.map(({ name }) => name);
  const first = names.indexOf(wanted[0]);
  assert.deepEqual([...names.slice(first), ...names.slice(0, first)], wanted, 'all stops, in order');
  await page.evaluate(() => document.activeElement?.blur());
  return names.length;
}
