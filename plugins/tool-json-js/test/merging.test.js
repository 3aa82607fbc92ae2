import assert from 'node:assert/strict';
import { test } from 'node:test';

import { diff, merge } from '../src/merging.js';

test('a patch overwrites, adds and removes', () => {
  for (const [document, patch, merged] of [
    [{ a: 1 }, { a: 2 }, { a: 2 }],
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: { b: 1, c: 2 } }, { a: { c: null, d: 3 } }, { a: { b: 1, d: 3 } }],
    [{ a: [1, 2] }, { a: [null] }, { a: [null] }],
    [[1], { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [{ a: 1 }, 'text', 'text'],
    [{ a: 1 }, null, null],
  ]) {
    assert.deepEqual(merge(document, patch), merged, JSON.stringify([document, patch]));
  }
});

test('the difference, applied, makes the second document of the first', () => {
  for (const [before, after] of [
    [{ a: 1, b: { c: 2, d: [1] } }, { b: { d: [1, 2] }, e: 'new' }],
    [{ a: null }, {}],
    [{ a: [1] }, { a: { b: 1 } }],
    [1, { a: 1 }],
    [{ a: 1 }, null],
  ]) {
    const { equal, patch } = diff(before, after);
    assert.equal(equal, false);
    assert.deepEqual(merge(before, patch), after, JSON.stringify(patch));
  }
});

test('the order of members is no difference, that of elements is', () => {
  assert.deepEqual(diff({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 }), { equal: true });
  assert.equal(diff([1, 2], [2, 1]).equal, false);
});

test('a member that becomes null cannot be said', () => {
  for (const after of [{ a: null }, { a: { b: null } }, { c: { d: { e: null } } }]) {
    assert.throws(() => diff({ a: 1 }, after), JSON.stringify(after));
  }
  assert.deepEqual(diff({ a: null }, { a: null }), { equal: true });
});

test('a member called __proto__ is a member', () => {
  const merged = merge({}, JSON.parse('{"__proto__":{"polluted":1}}'));
  assert.deepEqual(Object.keys(merged), ['__proto__']);
  assert.equal({}.polluted, undefined);
});
