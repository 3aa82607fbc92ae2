import assert from 'node:assert/strict';
import { test } from 'node:test';

import { resolve } from '../src/pointing.js';

const DOCUMENT = { a: [10, { '': 'nameless' }], 'b/c': 1, 'd~e': 2, f: null, '~1': 3 };

test('a pointer names one value', () => {
  for (const [pointer, value] of [
    ['', DOCUMENT],
    ['/a/0', 10],
    ['/a/1/', 'nameless'],
    ['/b~1c', 1],
    ['/d~0e', 2],
    ['/f', null],
    ['/~01', 3],
  ]) {
    assert.deepEqual(resolve(DOCUMENT, pointer), { found: true, value }, pointer);
  }
});

test('what is not there is not found', () => {
  for (const pointer of ['/g', '/a/2', '/a/-', '/a/00', '/a/length', '/f/x', '/a/0/x', '/toString', '/__proto__']) {
    assert.deepEqual(resolve(DOCUMENT, pointer), { found: false }, pointer);
  }
});

test('what is no pointer is refused', () => {
  for (const pointer of ['a', ' ', '/~', '/a~2']) assert.throws(() => resolve(DOCUMENT, pointer), pointer);
});
