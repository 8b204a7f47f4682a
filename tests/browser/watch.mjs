// Watch: what goes wrong in the pages of one browser context, which no test should have to ask for.
import assert from 'node:assert/strict';

export class Watch {
  // What went wrong, in words.
  faults = [];
  // All requests since the last forgetRequests().
  requests = [];
  #origins;

  constructor(context, origin) {
    this.#origins = new Set([origin]);
    context.on('request', (request) => {
      this.requests.push(request);
      if (!this.#origins.has(new URL(request.url()).origin)) this.faults.push(`foreign request: ${request.url()}`);
    });
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      // A navigation ends the one before, as a double click does; and files that come with a status
      // of an error are told below.
      if (why === 'net::ERR_ABORTED') return;
      this.faults.push(`failed request: ${why} ${request.method()} ${request.url()}`);
    });
    context.on('response', (response) => {
      const status = response.status();
      if (status < 400 || (status < 500 && response.request().isNavigationRequest())) return;
      this.faults.push(`status ${status}: ${response.request().method()} ${response.url()}`);
    });
    context.on('console', (message) => {
      const text = message.text();
      if (text.startsWith('Failed to load resource')) return; // told above, with more words
      // Hints about forms that password managers do not understand come as 'debug'.
      if (!['error', 'warning', 'assert'].includes(message.type()) && !text.startsWith('[DOM]')) return;
      this.faults.push(`console: ${text}`);
    });
    context.on('weberror', (error) => this.faults.push(`error of a script: ${error.error().stack}`));
    context.on('dialog', (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
  }

  // Another origin that pages may lead to.
  allow(origin) {
    this.#origins.add(origin);
  }

  forgetRequests() {
    this.requests = [];
  }

  // Takes out the faults that a test brings about itself, of which there must be at least one.
  expect(pattern) {
    const kept = this.faults.filter((fault) => !pattern.test(fault));
    assert.ok(kept.length < this.faults.length, `no fault is like ${pattern}: ${this.faults.join('\n')}`);
    this.faults = kept;
  }

  assertNone() {
    assert.deepEqual(this.faults, []);
  }
}
