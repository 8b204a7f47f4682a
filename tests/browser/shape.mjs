// The shape of a page: its elements and their attributes without what people wrote.
import assert from 'node:assert/strict';

// Of the first element that matches. What may stand in a thought's text is left out: links to http
// and https, and marked matches; anything else there shows.
export const shapeOf = (page, selector = 'html') =>
  page.locator(selector).first().evaluate((root) => {
    const shape = (element) => {
      const names = [...element.attributes].map(({ name }) => name).sort();
      const may = element.closest('.text') && (element.matches('mark') || element.matches('a[href^="http://"], a[href^="https://"]'));
      const inside = [...element.children].map(shape).join('');
      return may ? inside : `<${[element.localName, ...names].join(' ')}>${inside}</>`;
    };
    return shape(root);
  });

// Keeps the first shape of each kind, and compares the others with it.
export class Shapes {
  #first = new Map();

  async compare(page, kind, what, selector) {
    const shape = await shapeOf(page, selector);
    if (!this.#first.has(kind)) this.#first.set(kind, shape);
    assert.equal(shape, this.#first.get(kind), `${kind} has another shape with ${JSON.stringify(what)}`);
  }
}

// What an element shows that holds text of people: exactly this, apart from the text around it.
export async function assertShows(locator, text) {
  const { content, bidi } = await locator.evaluate((element) => ({
    content: element.textContent,
    bidi: getComputedStyle(element).unicodeBidi,
  }));
  assert.equal(content, text);
  assert.match(bidi, /isolate|plaintext/, `${text} must not turn around what stands beside it`);
}
