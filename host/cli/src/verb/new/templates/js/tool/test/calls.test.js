import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, definitions } from '../src/calls.js';

test('a call goes from JSON to JSON', () => {
  assert.deepEqual(JSON.parse(call('count', '{"text":"one two\\nthree"}')), { words: 3, lines: 2 });
});

test('whoever calls wrongly is told how', () => {
  assert.throws(() => call('counts', '{}'), { tag: 'not-found' });
  for (const args of ['', '{}', 'null', '{"text":1}', '{"text":"","more":1}']) {
    assert.throws(() => call('count', args), { tag: 'invalid-argument' }, args);
  }
});

test('every definition can be called and has schemas', () => {
  for (const { name, inputSchema, outputSchema } of definitions()) {
    assert.equal(JSON.parse(inputSchema).type, 'object');
    assert.equal(JSON.parse(outputSchema).type, 'object');
    assert.throws(() => call(name, '{}'), { tag: 'invalid-argument' });
  }
});
