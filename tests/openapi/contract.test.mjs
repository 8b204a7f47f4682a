// That the contract notices: a right exchange, and what it says of each way to be wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Contract } from './contract.mjs';

const document = JSON.parse(readFileSync(process.env.DOCUMENT, 'utf8'));

const right = () => ({
  method: 'POST',
  target: '/api/me/thoughts/',
  request: { headers: { 'content-type': 'application/json', 'idempotency-key': 'a key' }, body: '{"text":"x"}' },
  status: 201,
  headers: {
    'content-type': 'application/json',
    'x-request-id': 'abc',
    location: '/api/thoughts/7/',
    'cache-control': 'private, no-store',
  },
  body: '{"id":7,"username":"ada","text":"x","timestamp":"2026-11-23T23:54:33.803687"}',
});
const check = (exchange) => new Contract(document).check(exchange).faults;

test('a right exchange has no fault, with a slash at the end of its path or without', () => {
  assert.deepEqual(check(right()), []);
  assert.deepEqual(check({ ...right(), target: '/api/me/thoughts' }), []);
});

const wrong = {
  'a status': [(e) => (e.status = 202), /this status is not documented/],
  'a header': [(e) => (e.headers['x-debug'] = '1'), /the header x-debug is not documented/],
  'a header that is missing': [(e) => delete e.headers.location, /lacks the header location/],
  'the value of a header': [(e) => (e.headers['cache-control'] = 'public'), /header cache-control: .*constant/],
  'the type': [(e) => (e.headers['content-type'] = 'text/plain'), /the type "text\/plain" is not documented/],
  'a field': [(e) => (e.body = e.body.replace('"id"', '"password_hash":"x","id"')), /password_hash/],
  'a field that is missing': [(e) => (e.body = e.body.replace('"id":7,', '')), /required property 'id'/],
  'the type of a field': [(e) => (e.body = e.body.replace('7', '"7"')), /\/id must be integer/],
  'the form of a field': [(e) => (e.body = e.body.replace('T23', ' 23')), /\/timestamp must match/],
  'a body that is not JSON': [(e) => (e.body = '{'), /not JSON/],
  'a body that was taken': [(e) => (e.request.body = '{"text":7}'), /was taken with the body: \/text must be string/],
  'a header that was taken': [(e) => (e.request.headers['idempotency-key'] = 'ü'), /was taken with the parameter Idempotency-Key/],
};
for (const [what, [change, fault]] of Object.entries(wrong)) {
  test(`${what} that is not documented is a fault`, () => {
    const exchange = right();
    change(exchange);
    const faults = check(exchange);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], fault);
  });
}

test('a path that is not documented is a fault, and a page is none', () => {
  const exchange = { ...right(), method: 'GET', target: '/api/secrets/', status: 200 };
  assert.match(check(exchange)[0], /is not documented/);
  assert.deepEqual(check({ ...exchange, headers: { 'content-type': 'text/html; charset=utf-8' } }), []);
});

test('a method that is not documented is a fault unless it is refused with Allow', () => {
  const refused = {
    ...right(),
    method: 'PURGE',
    status: 405,
    headers: { 'content-type': 'application/problem+json', allow: 'GET, POST' },
    body: '{"type":"about:blank","title":"t","status":405,"detail":"d","request_id":"i"}',
  };
  assert.deepEqual(check(refused), []);
  assert.match(check({ ...refused, headers: { ...refused.headers, allow: undefined } })[0], /Allow/);
  assert.match(check({ ...right(), method: 'PUT', status: 200 })[0], /is not documented/);
});

test('a documented answer that nobody got is missing', () => {
  const contract = new Contract(document);
  const { operation } = contract.check(right());
  assert.deepEqual(contract.missing(operation), ['400', '401', '403', '415', '422']);
});
