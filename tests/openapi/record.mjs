// Loaded before tests (node --import): notes in the file EXCHANGES what fetch() sends and gets.
import { appendFileSync } from 'node:fs';

const { EXCHANGES } = process.env;
const real = globalThis.fetch;

async function note(asked, answer) {
  const url = new URL(asked.url);
  const exchange = {
    method: asked.method,
    target: url.pathname + url.search,
    request: { headers: Object.fromEntries(asked.headers), body: await asked.text() },
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: await answer.text(),
  };
  appendFileSync(EXCHANGES, `${JSON.stringify(exchange)}\n`);
}

if (EXCHANGES) {
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const asked = request.clone();
    const answer = await real(request);
    // What followed a redirect, or went to another port, is another exchange.
    const port = process.env.PUBLIC_PORT;
    if (!answer.redirected && new URL(asked.url).port === port) await note(asked, answer.clone());
    return answer;
  };
}
