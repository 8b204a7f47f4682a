// What other tests were answered (EXCHANGES, a JSON object a line), against the description of the instance that
// answered (DOCUMENT). COMPLETE=yes: they must have got every documented answer.
import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { Contract } from './contract.mjs';

const most = 20; // faults that are shown

const contract = new Contract(JSON.parse(readFileSync(process.env.DOCUMENT, 'utf8')));
const faults = new Map(contract.operations.map((operation) => [operation, []]));
const others = [];
let count = 0;
for await (const line of createInterface({ input: createReadStream(process.env.EXCHANGES) })) {
  const found = contract.check(JSON.parse(line));
  (faults.get(found.operation) ?? others).push(...found.faults);
  ++count;
}

test('tests were answered at all', () => assert.ok(count > 0));

test('nothing is answered below /api/, /oauth/ and /.well-known/ that is not documented', () => {
  assert.deepEqual(others.slice(0, most), []);
});

for (const [operation, found] of faults) {
  if (operation.seen.size === 0 && found.length === 0) continue;
  test(`${operation.name} answers as documented`, () => {
    assert.deepEqual([...new Set(found)].slice(0, most), []);
  });
}

if (process.env.COMPLETE === 'yes') {
  for (const operation of contract.operations) {
    test(`${operation.name} was seen to give every answer that is documented`, () => {
      assert.deepEqual(contract.missing(operation), []);
    });
  }
}
