// How this judge decides, without any host around it.

/**
 * Reads what the scenario's sealed part says to this judge: `answer_contains`, a text that the subject's answer has to
 * contain. Throws the contract's `invalid-argument` for anything else.
 */
export function parse(criterion) {
  let value;
  try {
    value = JSON.parse(criterion);
  } catch (error) {
    throw invalid(`the criterion is no JSON: ${error.message}`);
  }
  if (typeof value?.answer_contains !== 'string') throw invalid('answer_contains must be a string');
  const unknown = Object.keys(value).find((key) => key !== 'answer_contains');
  if (unknown !== undefined) throw invalid(`${unknown} is no key of the criterion`);
  return value.answer_contains;
}

/** 1 where the answer contains the wanted text, otherwise 0; no decision where the trial shows no end. */
export function decide(wanted, events) {
  for (const { index, happening } of events.toReversed()) {
    if (happening.tag === 'answered') {
      const contains = happening.val.includes(wanted);
      return score(contains, `the answer ${contains ? 'contains' : 'does not contain'} ${JSON.stringify(wanted)}`, index);
    }
    if (happening.tag === 'failed') {
      return score(false, `the subject ended without an answer: ${happening.val}`, index);
    }
  }
  return { ruling: { tag: 'abstain' }, reason: 'the trial shows no end', evidence: [] };
}

function score(met, reason, index) {
  return { ruling: { tag: 'score', val: met ? 1 : 0 }, reason, evidence: [index] };
}

function invalid(val) {
  return { tag: 'invalid-argument', val };
}
