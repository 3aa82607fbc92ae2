import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, parse } from '../src/deciding.js';

function judged(...happenings) {
  const events = happenings.map(([tag, val], index) => ({ index, at: 0, happening: { tag, val } }));
  const { ruling, evidence } = decide(parse('{"answer_contains":"done"}'), events);
  return { ruling, evidence };
}

test('the answer decides', () => {
  const line = ['line', 'done'];
  assert.deepEqual(judged(line, ['answered', 'all done']), { ruling: { tag: 'score', val: 1 }, evidence: [1] });
  assert.deepEqual(judged(line, ['answered', 'not yet']), { ruling: { tag: 'score', val: 0 }, evidence: [1] });
});

test('no answer is no success, and no end is no decision', () => {
  assert.deepEqual(judged(['failed', 'a limit']), { ruling: { tag: 'score', val: 0 }, evidence: [0] });
  assert.deepEqual(judged(), { ruling: { tag: 'abstain' }, evidence: [] });
});

test('a criterion of another shape is refused', () => {
  for (const criterion of ['', '{}', 'null', '{"answer_contains":1}', '{"answer_contains":"","more":1}']) {
    assert.throws(() => parse(criterion), { tag: 'invalid-argument' }, criterion);
  }
});
