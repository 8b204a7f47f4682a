// The instance under test, and a user agent for it: it keeps cookies, follows redirects and submits
// forms, as a browser without JavaScript does.
import assert from 'node:assert/strict';
import { issuer, newUser, register, statusWith, untilRefused } from '../instance/api.mjs';

export { issuer, newUser, register, statusWith, untilRefused };

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
function attributes(tag) {
  const found = {};
  for (const [, name, value] of tag.matchAll(/([a-z_-]+)="([^"]*)"/g)) found[name] = decode(value);
  return found;
}

export class UserAgent {
  #cookies = new Map();

  constructor(user, decision = 'allow') {
    this.user = user;
    this.decision = decision;
  }

  async #ask(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  // Follows the link, logs in and consents as often as it is asked to. Returns the URL outside of
  // the issuer that it is sent to, or the text of the page that asks for nothing more.
  async visit(link) {
    let url = new URL(link);
    let options = {};
    for (let steps = 0; steps < 10; ++steps) {
      const answer = await this.#ask(url, options);
      if (answer.status >= 300 && answer.status < 400) {
        url = new URL(answer.headers.get('location'), url);
        options = {};
        if (url.origin !== issuer) return url;
        continue;
      }
      const page = await answer.text();
      assert.equal(answer.status, 200, page);
      const form = /<form ([^>]*)>(.*?)<\/form>/s.exec(page);
      if (!form) return page;
      const { action, method } = attributes(form[1]);
      const fields = new URLSearchParams();
      for (const [tag] of form[2].matchAll(/<input [^>]*>/g)) {
        const { name, value = '' } = attributes(tag);
        fields.set(name, this.user[name] ?? value);
      }
      if (form[2].includes('name="decision"')) fields.set('decision', this.decision);
      url = new URL(action, url);
      options = method === 'post' ? { method, body: fields, headers: { origin: issuer } } : {};
      if (method !== 'post') url.search = fields;
    }
    assert.fail(`no end of pages at ${url}`);
  }
}
