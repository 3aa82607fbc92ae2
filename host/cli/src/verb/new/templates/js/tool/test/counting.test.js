import assert from 'node:assert/strict';
import { test } from 'node:test';

import { count } from '../src/counting.js';

test('words and lines are counted', () => {
  for (const [text, words, lines] of [
    ['', 0, 0],
    ['one', 1, 1],
    [' one  two\nthree\n', 3, 2],
    ['\n\n', 0, 2],
  ]) {
    assert.deepEqual(count(text), { words, lines }, JSON.stringify(text));
  }
});
