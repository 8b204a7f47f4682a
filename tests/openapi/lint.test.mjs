// The description by itself: what Redocly's linter says of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const rules = {
  // Paths are written with their slash, and answered without it as well.
  'no-path-trailing-slash': 'off',
  // GET of public keys, of metadata and of this document cannot go wrong by what a client sends.
  'operation-4xx-response': 'off',
};

test('the linter has nothing to say', async () => {
  const problems = await lintFromString({
    source: readFileSync(process.env.DOCUMENT, 'utf8'),
    absoluteRef: 'openapi.json',
    config: await createConfig({ extends: ['recommended'], rules }),
  });
  const said = problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
  assert.deepEqual(said, []);
});
