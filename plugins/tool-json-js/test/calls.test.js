import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, definitions } from '../src/calls.js';

const called = (name, args) => JSON.parse(call(name, JSON.stringify(args)));

test('a call goes from JSON to JSON', () => {
  assert.deepEqual(called('get', { document: { a: [1, null] }, pointer: '/a/1' }), { found: true, value: null });
  assert.deepEqual(called('merge', { document: { a: 1 }, patch: { b: 2 } }), { document: { a: 1, b: 2 } });
  assert.deepEqual(called('diff', { before: { a: 1 }, after: {} }), { equal: false, patch: { a: null } });
});

test('whoever calls wrongly is told how', () => {
  assert.throws(() => call('toString', '{}'), { tag: 'not-found' });
  for (const [name, args, why] of [
    ['get', '', 'the arguments are no JSON'],
    ['get', 'null', 'the arguments are no object'],
    ['get', '{"document":1}', 'pointer is missing'],
    ['get', '{"document":1,"pointer":2}', 'pointer must be a string'],
    ['get', '{"document":1,"pointer":"a"}', 'a pointer is empty or begins with /'],
    ['diff', '{"before":1,"after":2,"more":3}', 'more is no argument'],
    ['diff', '{"before":{},"after":{"a":null}}', 'a becomes null, which a merge patch cannot say'],
  ]) {
    assert.throws(
      () => call(name, args),
      (error) => error.tag === 'invalid-argument' && error.val.startsWith(why),
      args,
    );
  }
});

test('every definition can be called and has schemas', () => {
  assert.deepEqual(definitions().map(({ name }) => name), ['get', 'merge', 'diff']);
  for (const { name, inputSchema, outputSchema } of definitions()) {
    assert.equal(JSON.parse(inputSchema).type, 'object');
    assert.equal(JSON.parse(outputSchema).type, 'object');
    assert.throws(() => call(name, '{}'), { tag: 'invalid-argument' });
  }
});
